//! What a program asked of the kernel, as strace tells it: every file opened for writing, every byte written to anything
//! but a TCP connection, every connection to anything but this machine.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::views::without_backslashes;
use crate::Outcome;

/// Calls by which something can leave a process, or stay when it has ended.
const CALLS: &str = "open,openat,openat2,creat,rename,renameat,renameat2,link,linkat,symlink,symlinkat,mknod,mknodat,mkdir,\
    mkdirat,truncate,ftruncate,fallocate,memfd_create,memfd_secret,shmget,mq_open,setxattr,fsetxattr,lsetxattr,\
    write,writev,pwrite64,pwritev,pwritev2,sendfile,splice,vmsplice,tee,copy_file_range,process_vm_writev,io_uring_setup,\
    connect,sendto,sendmsg,sendmmsg,socketpair,execve,execveat,fork,vfork,clone,clone3,exit_group";

/// A place for a record.
pub(crate) struct Strace {
    folder: PathBuf,
}

/// What the calls come to.
#[derive(Debug, Default)]
pub(crate) struct Record {
    pub(crate) calls: usize,
    /// Programs that were started, itself included.
    pub(crate) programs: usize,
    /// Files opened for reading alone.
    pub(crate) read: usize,
    /// Bytes written to stdout and stderr.
    pub(crate) said: usize,
    /// Bytes sent to TCP peers of this machine.
    pub(crate) sent: usize,
    /// What was written to anything that is no such peer.
    pub(crate) written: Vec<u8>,
    /// Calls that a program which keeps nothing has no reason for.
    pub(crate) suspects: Vec<String>,
}

impl Strace {
    /// `None` if there is none here, or it may not look.
    pub(crate) fn find(folder: &Path) -> Option<Self> {
        let mut try_it = Command::new("strace");
        try_it.args(["-D", "-qqq", "-o", "/dev/null", "true"]).stdout(Stdio::null()).stderr(Stdio::null());
        let works = try_it.status().is_ok_and(|status| status.success());
        works.then(|| Self { folder: folder.to_owned() })
    }

    /// The command to run the program so that it is looked at. It stays the child; strace is its grandchild.
    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new("strace");
        command.args(["-D", "-ff", "-q", "-yy", "-s", "10000000", "-e", "signal=none", "--seccomp-bpf"]);
        command.args(["-e", &format!("trace={CALLS}"), "-o"]).arg(self.folder.join("calls")).arg("--").arg(program);
        command
    }

    /// The record of that process, which has ended.
    pub(crate) fn record(&self, process: u32) -> Outcome<Record> {
        self.wait_for_end(process)?;
        let mut record = Record::default();
        for file in fs::read_dir(&self.folder)? {
            for line in String::from_utf8_lossy(&fs::read(file?.path())?).lines() {
                record.add(line);
            }
        }
        Ok(record)
    }

    /// strace writes on for a moment after the program has ended.
    fn wait_for_end(&self, process: u32) -> Outcome {
        let main = self.folder.join(format!("calls.{process}"));
        let end = Instant::now() + Duration::from_secs(20);
        while Instant::now() < end {
            if fs::read(&main).is_ok_and(|calls| String::from_utf8_lossy(&calls).contains("\n+++ ")) {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(50));
        }
        Err(format!("strace did not say how {process} ended").into())
    }
}

impl Record {
    fn add(&mut self, line: &str) {
        let Some((call, rest)) = line.split_once('(') else { return };
        let result = rest.rsplit_once(" = ").map_or("?", |(_, result)| result);
        self.calls += 1;
        match call {
            "open" | "openat" | "openat2" if writes(rest) => self.suspect(line),
            "open" | "openat" | "openat2" => self.read += 1,
            "write" | "writev" | "pwrite64" | "pwritev" | "pwritev2" | "sendto" | "sendmsg" | "sendmmsg" => {
                self.add_written(rest, result, line);
            }
            "connect" if is_local(rest) => {}
            // The program itself, and its threads.
            "execve" if self.programs == 0 => self.programs += 1,
            "clone" | "clone3" if rest.contains("CLONE_THREAD") => {}
            "socketpair" | "exit_group" => {}
            _ => self.suspect(line),
        }
    }

    fn add_written(&mut self, arguments: &str, result: &str, line: &str) {
        let bytes = result.split(' ').next().and_then(|number| number.parse().ok()).unwrap_or(0);
        let descriptor = arguments.split([',', ')']).next().unwrap_or_default();
        if descriptor.contains("<TCP:[") || descriptor.contains("<TCPv6:[") {
            match is_loopback_pair(descriptor) {
                true => self.sent += bytes,
                false => self.suspect(line),
            }
            return;
        }
        if descriptor.starts_with("1<") || descriptor.starts_with("2<") {
            self.said += bytes;
        }
        self.written.extend(without_backslashes(arguments.as_bytes()));
        self.written.push(b'\n');
    }

    fn suspect(&mut self, line: &str) {
        const SHOWN: usize = 200;
        self.suspects.push(line.chars().take(SHOWN).collect());
    }
}

fn writes(arguments: &str) -> bool {
    // The path could be called anything, so only what stands behind it counts.
    let flags = arguments.rsplit_once("\", ").map_or(arguments, |(_, flags)| flags);
    ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC", "O_APPEND", "O_TMPFILE"].iter().any(|flag| flags.contains(flag))
}

fn is_local(arguments: &str) -> bool {
    arguments.contains("inet_addr(\"127.") || arguments.contains("inet_pton(AF_INET6, \"::1\"")
}

/// `7<TCP:[127.0.0.1:40000->127.0.0.1:8080]>`
fn is_loopback_pair(descriptor: &str) -> bool {
    let pair = descriptor.split_once(":[").map_or("", |(_, pair)| pair);
    let peer = pair.split_once("->").map_or("", |(_, peer)| peer);
    ["127.", "[::1]", "[::ffff:127."].iter().any(|local| peer.starts_with(local))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(lines: &[&str]) -> Record {
        let mut record = Record::default();
        for line in lines {
            record.add(line);
        }
        record
    }

    #[test]
    fn files_opened_for_writing_and_strange_peers_are_suspects() {
        for suspect in [
            r#"openat(AT_FDCWD</x>, "a", O_WRONLY|O_CREAT|O_EXCL|O_CLOEXEC, 0600) = 9</tmp/a>"#,
            r#"openat(AT_FDCWD</x>, "O_RDONLY", O_RDWR|O_CLOEXEC) = -1 EACCES (Permission denied)"#,
            r#"rename("a", "b") = 0"#,
            r#"memfd_create("x", MFD_CLOEXEC) = 4"#,
            r#"connect(7<UNIX-STREAM:[1]>, {sa_family=AF_UNIX, sun_path="/dev/log"}, 110) = 0"#,
            r#"connect(7<TCP:[1]>, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("192.0.2.1")}, 16) = 0"#,
            r#"sendto(7<TCP:[192.0.2.7:4->192.0.2.1:80]>, "x", 1, MSG_NOSIGNAL, NULL, 0) = 1"#,
            r#"vfork() = 17"#,
        ] {
            assert_eq!(record(&["execve(\"/x\") = 0", suspect]).suspects.len(), 1, "{suspect}");
        }
    }

    #[test]
    fn reading_talking_to_this_machine_and_threads_are_none() {
        let record = record(&[
            r#"execve("/x", ["x"], 0x7 /* 3 vars */) = 0"#,
            r#"openat(AT_FDCWD</x>, "O_RDWR", O_RDONLY|O_CLOEXEC) = 9</x/a>"#,
            r#"clone3({flags=CLONE_VM|CLONE_THREAD, exit_signal=0}, 88) = 17"#,
            r#"connect(7<TCP:[1]>, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("127.0.0.1")}, 16) = 0"#,
            r#"sendto(7<TCP:[127.0.0.1:4->127.0.0.1:80]>, "Ada", 3, MSG_NOSIGNAL, NULL, 0) = 3"#,
            r#"write(2</tmp/stderr>, "A\144a\n", 4) = 4"#,
            "+++ exited with 0 +++",
        ]);
        assert_eq!(record.suspects, Vec::<String>::new());
        assert_eq!((record.calls, record.read, record.said, record.sent), (6, 1, 4, 3));
        let written = String::from_utf8_lossy(&record.written);
        assert!(written.contains("Ada") && written.matches("Ada").count() == 1, "{written}");
    }
}
