//! One log line a request for every endpoint, and no value in it.

use hyper::Method;

use crate::support::binary::{Server, command, run, text};
use crate::support::listener::RawListener;
use crate::support::{G, Wallet};

/// Everything that must not be found again.
const MARKER: &str = "Zyzzyva";

#[tokio::test]
async fn every_endpoint_has_its_line_without_values() {
    let mock = Server::start(command(&["mock", "--listen", "127.0.0.1:0"]));
    let arguments = ["platform", "--anchor", &mock.url, "--listen", "127.0.0.1:0", "--anchor-serves", "callback,files"];
    let platform = Server::start(command(&arguments));
    let token = text(&run(&["token", "--sub", G]).stdout).trim_end().to_owned();
    let wallet = Wallet::new(platform.address(), token.clone());
    let file = format!(
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{MARKER}\"\r\n\r\n{MARKER}\r\n--b--\r\n"
    );
    for (method, path, content_type, body) in [
        (Method::GET, format!("/sep12/customer?memo={MARKER}&{MARKER}=1"), "", String::new()),
        (Method::GET, format!("/sep12/customer?id={MARKER}"), "", String::new()),
        (Method::DELETE, format!("/sep12/customer/{MARKER}"), "", String::new()),
        (Method::DELETE, format!("/sep12/customer/{G}"), "application/json", format!("{{\"memo\": \"{MARKER}\"}}")),
        (
            Method::PUT,
            "/sep12/customer/verification".to_owned(),
            "application/json",
            format!("{{\"id\": \"{MARKER}\", \"{MARKER}_verification\": \"{MARKER}\"}}"),
        ),
        (
            Method::PUT,
            "/sep12/customer/callback".to_owned(),
            "application/json",
            format!("{{\"url\": \"https://{MARKER}.example/\"}}"),
        ),
        (Method::POST, "/sep12/customer/files".to_owned(), "multipart/form-data; boundary=b", file),
        (Method::GET, format!("/sep12/customer/files?file_id={MARKER}"), "", String::new()),
        (Method::OPTIONS, format!("/sep12/customer/{MARKER}"), "", String::new()),
        (Method::GET, format!("/{MARKER}"), "", String::new()),
    ] {
        let request = wallet.request(method, &path).header("content-type", content_type);
        wallet.send(request.body(body).expect("a valid request")).await;
    }
    let (_, stdout, log) = platform.stop();
    let endpoints: Vec<String> = log
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"))
        .map(|line| line["endpoint"].as_str().expect("an endpoint").to_owned())
        .collect();
    assert_eq!(
        endpoints,
        [
            "get_customer",
            "get_customer",
            "delete_customer",
            "delete_customer",
            "put_verification",
            "put_callback",
            "post_file",
            "get_files",
            "preflight",
            "unknown",
        ]
    );
    for secret in [MARKER, token.as_str(), G] {
        assert!(!stdout.contains(secret) && !log.contains(secret), "{secret} was logged: {log}");
    }
}

#[tokio::test]
async fn what_an_anchors_answer_breaks_is_logged_by_rule() {
    let anchor = RawListener::start().await;
    let platform = Server::start(command(&["platform", "--anchor", &anchor.url(), "--listen", "127.0.0.1:0"]));
    let token = text(&run(&["token", "--sub", G]).stdout).trim_end().to_owned();
    let wallet = Wallet::new(platform.address(), token);
    let body = format!(
        r#"{{"status": "REJECTED", "id": ["{MARKER}"], "fields": {{"first_name": "{MARKER}", "{MARKER}": "{MARKER}"}}}}"#
    );
    let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    let served = async {
        crate::support::listener::answer(&mut anchor.accept().await, &answer).await;
    };
    let request = wallet.request(Method::GET, "/sep12/customer").body(String::new()).expect("a valid request");
    let (answered, ()) = tokio::join!(wallet.send(request), served);
    assert_eq!((answered.status.as_u16(), &answered.body[..]), (200, body.as_bytes()));
    let (_, _, log) = platform.stop();
    let line: serde_json::Value = serde_json::from_str(log.trim()).expect("one line of JSON");
    let field = "should be an object with type, description, and well-typed choices, optional, status, error";
    let expected = format!(
        "fields.(a name that no source defines) {field}; fields.first_name {field}; id should be a non-empty string; \
         message should be a text, because the status is REJECTED"
    );
    assert_eq!((line["level"].as_str(), line["anchor_breaches"].as_str()), (Some("WARN"), Some(expected.as_str())));
    assert!(!log.contains(MARKER), "{log}");
}
