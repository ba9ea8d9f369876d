//! Files arrive byte by byte, with their names and types.

use bytes::Bytes;

use crate::sep12::{Field, File};
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::platform::Context;
use crate::suite::platform::anchor::HeardValue;
use crate::suite::platform::compare::{forwarded, forwarded_or_declined, kept};
use crate::suite::request::Content;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "files/pictures",
        title: "a JPEG and a PNG arrive byte by byte",
        requirements: &["files-are-kept"],
        run: Attempt::Platform(|context| Box::pin(pictures(context))),
    },
    Check {
        id: "files/one-byte",
        title: "a file of one byte arrives",
        requirements: &["files-are-kept"],
        run: Attempt::Platform(|context| Box::pin(contents(context, vec![vec![0], vec![b'\n'], vec![b'-']]))),
    },
    Check {
        id: "files/empty",
        title: "an empty file arrives empty, or is declined with 4xx",
        requirements: &["empty-files-are-handled"],
        run: Attempt::Platform(|context| Box::pin(empty(context))),
    },
    Check {
        id: "files/every-byte",
        title: "every byte value and every kind of line end arrives, at the end of a file too",
        requirements: &["files-are-kept"],
        run: Attempt::Platform(|context| Box::pin(contents(context, every_byte()))),
    },
    Check {
        id: "files/boundaries-inside",
        title: "what looks like a boundary inside a file is content",
        requirements: &["files-are-kept"],
        run: Attempt::Platform(|context| Box::pin(contents(context, boundaries()))),
    },
    Check {
        id: "files/boundary-within-a-line",
        title: "the request's own boundary is content where no line begins with it",
        requirements: &["files-are-kept"],
        run: Attempt::Platform(|context| Box::pin(boundary_within(context))),
    },
    Check {
        id: "files/around-buffer-sizes",
        title: "files of the sizes around usual buffers arrive whole",
        requirements: &["files-are-kept"],
        run: Attempt::Platform(|context| Box::pin(buffer_sizes(context))),
    },
    Check {
        id: "files/large",
        title: "a file of 5 MB arrives whole",
        requirements: &["files-are-kept"],
        run: Attempt::Platform(|context| Box::pin(large(context))),
    },
    Check {
        id: "files/names",
        title: "a file's name reaches the anchor",
        requirements: &["file-names-are-kept"],
        run: Attempt::Platform(|context| Box::pin(names(context, &["passport.png", "front of my ID (2).png"]))),
    },
    Check {
        id: "files/names-in-any-script",
        title: "a file's name in any script reaches the anchor",
        requirements: &["file-names-are-kept"],
        run: Attempt::Platform(|context| {
            Box::pin(names(context, &["Führerschein.png", "身份证.png", "Bob's 100% \"id\".png"]))
        }),
    },
    Check {
        id: "files/types",
        title: "a file's content type reaches the anchor",
        requirements: &["file-types-are-kept"],
        run: Attempt::Platform(|context| Box::pin(types(context))),
    },
];

const LARGE: usize = 5_000_000;

fn every_byte() -> Vec<Vec<u8>> {
    let all: Vec<u8> = (0..=u8::MAX).collect();
    let with = |end: &[u8]| [all.as_slice(), end].concat();
    vec![
        with(b"\r"),
        with(b"\n"),
        with(b"\r\n"),
        with(b"\r\n\r\n"),
        with(b"\r\n--"),
        [b"\r\n".as_slice(), &all].concat(),
    ]
}

fn boundaries() -> Vec<Vec<u8>> {
    let inside = |text: &str| [b"\x89PNG\xff".as_slice(), text.as_bytes(), b"\x00end"].concat();
    vec![
        inside("\r\n--anchor-conformance--\r\n"),
        inside("--boundary\r\nContent-Disposition: form-data; name=\"account\"\r\n\r\nG\r\n--boundary--\r\n"),
        inside("\r\n--"),
        inside("\r\n----------------------------\r\n"),
        inside("\r\n--\r\n--\r\n--a"),
    ]
}

async fn pictures(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let files = context.fields(&["photo_id_front", "photo_id_back"]);
    let fields = context.customer_with(files);
    let (_, heard) = forwarded(context.put(&wallet, &fields).await, "a JPEG and a PNG")?;
    kept(&heard, &fields, "a JPEG and a PNG")
}

async fn contents(context: &mut Context, contents: Vec<Vec<u8>>) -> Finding {
    let wallet = context.wallet().await?;
    for bytes in contents {
        let asked = format!("a file of {} bytes", bytes.len());
        let fields = context.customer_with([file(bytes)]);
        let (_, heard) = forwarded(context.put(&wallet, &fields).await, &asked)?;
        kept(&heard, &fields, &asked)?;
    }
    Ok(())
}

async fn boundary_within(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let mark = context.mark();
    let inside = "PNG --b7 and --b7-- and so on: x--b7";
    let body = format!(
        "--b7\r\nContent-Disposition: form-data; name=\"last_name\"\r\n\r\n{mark}\r\n--b7\r\nContent-Disposition: form-data; \
         name=\"photo_id_front\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n{inside}\r\n--b7--\r\n"
    );
    let asked = "a file with the request's own boundary within its lines";
    let content = Content::raw("multipart/form-data; boundary=b7", body);
    let (_, heard) = forwarded(context.put_content(&wallet, content).await, asked)?;
    kept(&heard, &[file(inside.as_bytes().to_vec())], asked)
}

async fn empty(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let fields = context.customer_with([file(Vec::new())]);
    let asked = "an empty file with a name";
    match forwarded_or_declined(context.put(&wallet, &fields).await, asked)? {
        Some((_, heard)) => kept(&heard, &fields, asked),
        None => Ok(()),
    }
}

async fn buffer_sizes(context: &mut Context) -> Finding {
    let sizes = [1023, 1024, 4095, 4096, 4097, 8191, 8192, 16384, 65535, 65536, 65537];
    let mut files = Vec::new();
    for size in sizes {
        files.push(noise(context, size));
    }
    contents(context, files).await
}

/// Limits are legal; what they are, the reason says.
async fn large(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let bytes = noise(context, LARGE);
    let fields = context.customer_with([file(bytes)]);
    let seen = context.put(&wallet, &fields).await;
    if seen.answer.as_ref().is_ok_and(|answer| answer.status.as_u16() == 413) {
        return Err(NotKept::skip("the platform or the anchor side of it takes no file of 5 MB (413)"));
    }
    let (_, heard) = forwarded(seen, "a file of 5 MB")?;
    kept(&heard, &fields, "a file of 5 MB")
}

async fn names(context: &mut Context, names: &[&str]) -> Finding {
    let wallet = context.wallet().await?;
    for name in names {
        let sent =
            File { file_name: Some((*name).to_owned()), content_type: Some("image/png".to_owned()), bytes: png() };
        let fields = context.customer_with([Field::file("photo_id_front", sent)]);
        let asked = format!("a file named {name}");
        let (_, heard) = forwarded(context.put(&wallet, &fields).await, &asked)?;
        match heard.field("photo_id_front").map(|field| &field.value) {
            Some(HeardValue::Part { file_names, .. }) if file_names.iter().any(|arrived| arrived == name) => {}
            Some(HeardValue::Part { file_names, .. }) => {
                let arrived = file_names.first().map_or("no file name", String::as_str);
                return Err(NotKept::broken(format!("{asked} reaches the anchor under that name"), arrived));
            }
            _ => return Err(NotKept::broken(format!("{asked} reaches the anchor"), "photo_id_front is no file")),
        }
    }
    Ok(())
}

async fn types(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    for content_type in ["image/png", "image/jpeg", "application/pdf"] {
        let sent =
            File { file_name: Some("scan".to_owned()), content_type: Some(content_type.to_owned()), bytes: png() };
        let fields = context.customer_with([Field::file("photo_id_front", sent)]);
        let asked = format!("a file of type {content_type}");
        let (_, heard) = forwarded(context.put(&wallet, &fields).await, &asked)?;
        let Some(HeardValue::Part { content_type: arrived, .. }) = heard.field("photo_id_front").map(|it| &it.value)
        else {
            return Err(NotKept::broken(format!("{asked} reaches the anchor"), "photo_id_front is no file"));
        };
        if arrived.as_deref().is_none_or(|arrived| !arrived.eq_ignore_ascii_case(content_type)) {
            let arrived = arrived.as_deref().unwrap_or("no type");
            return Err(NotKept::broken(format!("{asked} reaches the anchor as such"), arrived));
        }
    }
    Ok(())
}

fn png() -> Bytes {
    Bytes::from_static(b"\x89PNG\r\n\x1a\n\0\0")
}

fn file(bytes: Vec<u8>) -> Field {
    let file = File {
        file_name: Some("scan.bin".to_owned()),
        content_type: Some("application/octet-stream".to_owned()),
        bytes: bytes.into(),
    };
    Field::file("photo_id_front", file)
}

fn noise(context: &mut Context, size: usize) -> Vec<u8> {
    let dice = &mut context.dice;
    std::iter::repeat_with(|| dice.next().to_be_bytes()).flatten().take(size).collect()
}
