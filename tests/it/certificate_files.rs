//! The files of `--tls-cert` and `--tls-key`: which are taken, what is said of others, and how they are renewed.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tempfile::TempDir;
use tokio::time::timeout;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;

use crate::support::binary::{Server, command, text};
use crate::support::tls::{Authority, Pair, connect};

const RSA: [&str; 2] =
    [include_str!("../certificates/invented-rsa.crt"), include_str!("../certificates/invented-rsa.key")];

fn write(folder: &TempDir, name: &str, text: impl AsRef<[u8]>) -> String {
    let path = folder.path().join(name);
    std::fs::write(&path, text).expect("written");
    path.to_str().expect("UTF-8").to_owned()
}

/// SEC1 as it stands within PKCS#8 of ring's making: behind a header of fixed size.
fn as_sec1(pair: &Pair) -> String {
    let PrivateKeyDer::Pkcs8(der) = PrivateKeyDer::from_pem_slice(pair.key.as_bytes()).expect("PEM") else {
        panic!("rcgen writes PKCS#8");
    };
    let der = der.secret_pkcs8_der();
    let start = der.windows(5).position(|window| window == [0x02, 0x01, 0x01, 0x04, 0x20]).expect("ECPrivateKey") - 2;
    format!("-----BEGIN EC PRIVATE KEY-----\n{}\n-----END EC PRIVATE KEY-----\n", STANDARD.encode(&der[start..]))
}

fn serve(certificate: &str, key: &str) -> Command {
    command(&["mock", "--listen", "127.0.0.1:0", "--tls-cert", certificate, "--tls-key", key])
}

#[test]
fn keys_in_pkcs8_sec1_and_pkcs1_are_taken() {
    let folder = tempfile::tempdir().expect("a folder");
    let pair = Authority::new().local();
    let [certificate, key] = pair.write_to(folder.path(), "p256");
    let sec1 = write(&folder, "sec1.key", as_sec1(&pair));
    let [rsa, pkcs1] = [write(&folder, "rsa.crt", RSA[0]), write(&folder, "rsa.key", RSA[1])];
    // Both in one file, as some tools write them.
    let both = write(&folder, "both.pem", pair.key.clone() + &pair.certificate);
    for (certificate, key) in [(&certificate, &key), (&certificate, &sec1), (&rsa, &pkcs1), (&both, &both)] {
        let server = Server::start(serve(certificate, key));
        assert!(server.url.starts_with("https://127.0.0.1:"), "{}", server.url);
        let (status, _, stderr) = server.stop();
        assert!(status.success() && stderr.is_empty(), "{key}: {stderr}");
    }
}

#[test]
fn what_cannot_be_used_is_named_with_what_would_be() {
    let folder = tempfile::tempdir().expect("a folder");
    let (pair, other) = (Authority::new().local(), Authority::new().local());
    let [certificate, key] = pair.write_to(folder.path(), "own");
    let other_key = write(&folder, "other.key", &other.key);
    let der = write(
        &folder,
        "own.der",
        STANDARD
            .decode(pair.certificate.lines().filter(|line| !line.contains("-----")).collect::<String>())
            .expect("base64"),
    );
    let empty = write(&folder, "empty.pem", "");
    let prose = write(&folder, "prose.pem", "no certificate at all\n");
    let cut = write(&folder, "cut.pem", &pair.certificate[..200]);
    let damaged = write(&folder, "damaged.pem", "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n");
    let nonsense = write(&folder, "nonsense.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    let encrypted = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
    let encrypted = write(&folder, "encrypted.key", encrypted);
    let old = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n";
    let old = write(&folder, "old.key", old);
    let unknown = write(&folder, "unknown.key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
    for (certificate, key, option, problem) in [
        ("/no/such/file", &*key, "--tls-cert: /no/such/file", "No such file"),
        (&certificate, "/no/such/file", "--tls-key: /no/such/file", "No such file"),
        (&empty, &key, "--tls-cert", "it is empty"),
        (&prose, &key, "--tls-cert", "no line -----BEGIN"),
        (&der, &key, "--tls-cert", "openssl x509 -inform der"),
        (&cut, &key, "--tls-cert", "damaged"),
        (&damaged, &key, "--tls-cert", "damaged"),
        (&nonsense, &key, "--tls-cert", "X.509"),
        (&key, &certificate, "--tls-cert", "swapped"),
        (&certificate, &certificate, "--tls-key", "swapped"),
        (&certificate, &other_key, "--tls-key", "does not belong to the first certificate"),
        (&certificate, &encrypted, "--tls-key", "openssl pkey -in"),
        (&certificate, &old, "--tls-key", "openssl pkey -in"),
        (&certificate, &unknown, "--tls-key", "RSA of 2048 bits"),
    ] {
        let output = serve(certificate, key).stdin(Stdio::null()).output().expect("the binary runs");
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{certificate} {key}: {stderr}");
        assert_eq!(text(&output.stdout), "", "nothing listens");
        assert!(stderr.contains(option) && stderr.contains(problem), "{option:?} {problem:?}: {stderr}");
    }
    for alone in [["--tls-cert", &*certificate], ["--tls-key", &key]] {
        let output = command(&["mock"]).args(alone).output().expect("the binary runs");
        assert_eq!(output.status.code(), Some(2), "{alone:?}");
    }
}

/// What the server shows to a client that trusts that authority, or why it gets no connection.
async fn shown(server: &Server, authority: &Authority) -> Result<Vec<u8>, String> {
    let address = server.url.strip_prefix("https://").expect("https").parse().expect("an address");
    let stream = connect(address, authority.client(), "localhost").await.map_err(|error| error.to_string())?;
    Ok(stream.get_ref().1.peer_certificates().expect("a certificate")[0].to_vec())
}

async fn hang_up(server: &mut Server, folder: &Path, renewed: [&str; 2], says: &str) {
    for (name, text) in ["own.crt", "own.key"].into_iter().zip(renewed) {
        std::fs::write(folder.join(name), text).expect("written");
    }
    let kill = Command::new("kill").args(["-HUP", &server.child.id().to_string()]).status().expect("kill runs");
    assert!(kill.success());
    let line = server.stderr_line();
    assert!(line.contains(says), "{line}");
}

#[cfg(unix)]
#[tokio::test]
async fn renewed_files_are_shown_after_sighup_and_unusable_ones_change_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let authority = Authority::new();
    let (first, second) = (authority.local(), authority.local());
    let [certificate, key] = first.write_to(folder.path(), "own");
    let mut server = Server::start(serve(&certificate, &key));
    let before = shown(&server, &authority).await.expect("the first");

    hang_up(&mut server, folder.path(), [&second.certificate, &first.key], "still the one before").await;
    assert_eq!(shown(&server, &authority).await.as_ref(), Ok(&before), "a half-renewed pair");

    hang_up(&mut server, folder.path(), [&second.certificate, &second.key], "read again").await;
    assert_ne!(shown(&server, &authority).await.expect("the second"), before);
}

#[cfg(unix)]
#[tokio::test]
async fn files_are_read_again_although_nobody_reads_what_the_server_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let authority = Authority::new();
    let [certificate, key] = authority.local().write_to(folder.path(), "own");
    let mut server = Server::start(serve(&certificate, &key));
    drop(server.child.stderr.take());
    for _ in 0..2 {
        let before = shown(&server, &authority).await.expect("one");
        authority.local().write_to(folder.path(), "own");
        let kill = Command::new("kill").args(["-HUP", &server.child.id().to_string()]).status().expect("kill runs");
        assert!(kill.success());
        let renewed = async {
            while shown(&server, &authority).await.is_ok_and(|now| now == before) {
                tokio::task::yield_now().await;
            }
        };
        timeout(Duration::from_secs(20), renewed).await.expect("the new one is shown");
        shown(&server, &authority).await.expect("it lives");
    }
}

#[test]
fn what_is_shown_to_be_sent_again_trusts_the_same_authority() {
    let folder = tempfile::tempdir().expect("a folder");
    let authority = Authority::new();
    let [certificate, key] = authority.local().write_to(folder.path(), "own");
    let ca = write(&folder, "our ca.pem", &authority.pem);
    let [client, client_key] = authority.local().write_to(folder.path(), "our:client");
    let mut mock = serve(&certificate, &key);
    mock.args(["--fault", "answers-bare-id"]);
    let server = Server::start(mock);
    let check = ["check", "anchor", &server.url, "--only", "put/json-accepted-with-id", "--settle", "0", "--ca", &ca];
    let told = text(&command(&check).output().expect("the binary runs").stdout);
    assert!(told.contains(&format!("curl -i --cacert '{ca}' -X PUT")), "{told}");
    assert!(told.contains(&format!("--ca '{ca}'")), "{told}");

    let as_client = ["--client-cert", &client, "--client-key", &client_key];
    let told = text(&command(&check).args(as_client).output().expect("the binary runs").stdout);
    // curl would take what is behind a bare colon for the password.
    let escaped = client.replace(':', r"\:");
    assert!(told.contains(&format!("--cert '{escaped}' --key {client_key} -X PUT")), "{told}");
}
