//! Requests that are for no endpoint are told which one they nearly were for.

use super::{body, request};
use crate::mock::{Anchor, Config};

fn refused(anchor: &Anchor, method: &str, path: &str) -> (u16, String) {
    let answer = anchor.answer(request(method, path, "", b""));
    (answer.status, body(&answer)["error"].as_str().expect("error").to_owned())
}

#[test]
fn a_wrong_method_or_path_names_the_nearest_endpoint_and_the_difference() {
    let anchor = Anchor::default();
    for (method, path, status, words) in [
        ("POST", "/customer", 405, ["GET and PUT /customer", "method differs"]),
        ("DELETE", "/customer", 405, ["DELETE /customer/{id}", "id is missing"]),
        ("PUT", "/customer/1", 405, ["PUT /customer", "path differs"]),
        ("POST", "/customer/1", 405, ["DELETE /customer/{id}", "method differs"]),
        ("PUT", "/customer/", 404, ["PUT /customer", "ends with a slash"]),
        ("DELETE", "/customer/", 404, ["DELETE /customer/{id}", "ends with a slash"]),
        ("DELETE", "/customer/a/b", 404, ["DELETE /customer/{id}", "%2F"]),
        ("PUT", "/Customer", 404, ["PUT /customer", "case"]),
        ("GET", "/customers", 404, ["GET and PUT /customer", "singular"]),
        ("GET", "/sep12/customer", 404, ["GET and PUT /customer", "before"]),
        ("GET", "/", 404, ["GET and PUT /customer", "path differs"]),
    ] {
        let (found, error) = refused(&anchor, method, path);
        assert_eq!(found, status, "{method} {path}");
        assert!(words.iter().all(|word| error.contains(word)), "{method} {path}: {error}");
    }
}

#[test]
fn a_wrong_method_is_told_the_right_ones() {
    let allow = |path| Anchor::default().answer(request("POST", path, "", b"")).headers;
    assert!(allow("/customer").contains(&("allow".to_owned(), "GET, PUT".to_owned())));
    assert!(allow("/customer/1").contains(&("allow".to_owned(), "DELETE".to_owned())));
}

#[test]
fn a_prefix_stands_before_every_path() {
    for prefix in ["/kyc/v1", "/kyc/v1/", "kyc/v1"] {
        let anchor = Anchor::new(Config { prefix: prefix.to_owned(), ..Config::default() });
        assert_eq!(anchor.answer(request("GET", "/kyc/v1/customer", "", b"")).status, 200, "{prefix}");
        let (status, error) = refused(&anchor, "GET", "/customer");
        assert!(status == 404 && error.contains("/kyc/v1/customer"), "{error}");
    }
}
