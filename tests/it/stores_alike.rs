//! In a database and in memory every fault and variant is the same.

use anchor_conformance::mock::{
    Anchor, Answer, Config, Fault, Received, ReceivedBody, ReceivedField, ReceivedFile, ReceivedValue, Variant,
};
use bytes::Bytes;

use crate::support::store::Store;
use crate::support::{C, G, M};

/// The environment variable that asks for every fault and variant; without it one of [`SOME`] is tried.
const ALL: &str = "ANCHOR_CONFORMANCE_TEST_ALL";
const SOME: usize = 8;

/// What they answer depends on the moment, so two anchors one after the other need not agree.
const TIMED_FAULTS: [Fault; 2] = [Fault::DoublePutTwoIds, Fault::AnswersFiveHundredOnParallelPuts];
const TIMED_VARIANTS: [Variant; 4] = [
    Variant::ConflictOnParallelPuts,
    Variant::DeletionQueued,
    Variant::ProcessingForAWhile,
    Variant::RateLimitedPerSecond,
];

/// An anchor in memory and one in a database.
struct Twins {
    memory: Anchor,
    stored: Anchor,
}

impl Twins {
    /// Both must say the same.
    fn answer(&self, request: &Received) -> Answer {
        let mut request = request.clone();
        request.headers.extend(self.memory.config().api_key.iter().map(|key| ("x-api-key".to_owned(), key.clone())));
        let answer = self.memory.answer(request.clone());
        assert_eq!(self.stored.answer(request.clone()), answer, "{request:?} under {:?}", self.memory.config());
        answer
    }

    /// Customers that come, change, are confused with others, go, and come back.
    fn live(&self) {
        let ada =
            [("account", G), ("first_name", "Ada"), ("last_name", "Hopper"), ("email_address", "ada@example.org")];
        let registered = self.answer(&put(&ada));
        let id = self.memory.customers().first().map(|customer| customer.id.clone()).unwrap_or_default();
        let look = || {
            self.answer(&get(&[("account", G)]));
            self.answer(&get(&[("id", &id), ("type", "sep31-sender")]));
            self.answer(&get(&[("id", &id), ("account", M)]));
        };
        look();
        self.answer(&put_photo(&[("account", G), ("birth_date", "1990-02-03")], b"\xff\0photo"));
        look();
        self.answer(&put(&[("account", M), ("email_address", "ada@example.org")]));
        self.answer(&put(&[("account", G), ("memo", "7"), ("type", "sep31-receiver"), ("first_name", "Bob")]));
        self.answer(&put(&[("id", &id), ("tax_id", "123")]));
        self.answer(&put(&[("id", &id), ("account", C), ("tax_id", "456")]));
        self.answer(&put(&[("id", "nobody's"), ("account", C), ("first_name", "Eve")]));
        look();
        assert_eq!(self.stored.customers(), self.memory.customers(), "{registered:?} {:?}", self.memory.config());
        for _ in 0..2 {
            self.answer(&request("DELETE", &format!("/customer/{}", encoded(&id)), &[], ReceivedBody::Empty));
            look();
        }
        self.answer(&put(&[("id", &id), ("tax_id", "789")]));
        (0..9).for_each(|_| drop(self.answer(&put(&ada))));
        look();
        let [stored, memory] = [&self.stored, &self.memory].map(Anchor::customers);
        assert_eq!(stored, memory, "{:?}", self.memory.config());
        let bytes = |customers: &[anchor_conformance::mock::Customer]| -> Vec<Option<Bytes>> {
            let values = customers.iter().flat_map(|customer| customer.fields.values());
            values.filter_map(ReceivedValue::as_file).map(|file| file.bytes.clone()).collect()
        };
        assert_eq!(bytes(&stored), bytes(&memory), "{:?}", self.memory.config());
    }
}

#[tokio::test]
async fn every_fault_and_variant_is_the_same_in_a_database_and_in_memory() {
    let faults =
        Fault::ALL.iter().filter(|fault| !TIMED_FAULTS.contains(fault)).map(|fault| Config::that_shows(*fault));
    let variants = Variant::ALL.iter().filter(|variant| !TIMED_VARIANTS.contains(variant));
    let variants = variants.map(|variant| Config::with_variants([*variant]));
    let step = if std::env::var_os(ALL).is_some() { 1 } else { SOME };
    let store = Store::new().await;
    for config in [Config::default()].into_iter().chain(faults).chain(variants).step_by(step) {
        let config = Config { seed: Some(7), ..config };
        let memory = Anchor::new(config.clone());
        let twins = Twins { memory, stored: store.anchor(config).await };
        tokio::task::spawn_blocking(move || twins.live()).await.expect("both say the same");
        let forget = "DELETE FROM contents; DELETE FROM customers; DELETE FROM counters";
        sqlx::raw_sql(forget).execute(&mut store.connect().await).await.expect("an empty store");
    }
}

fn request(method: &str, path: &str, query: &[(&str, &str)], body: ReceivedBody) -> Received {
    let query = query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let headers = vec![("content-length".to_owned(), "1".to_owned())];
    Received { method: method.to_owned(), path: path.to_owned(), query, headers, body }
}

fn get(query: &[(&str, &str)]) -> Received {
    request("GET", "/customer", query, ReceivedBody::Empty)
}

fn put(texts: &[(&str, &str)]) -> Received {
    request("PUT", "/customer", &[], ReceivedBody::Json(fields(texts)))
}

fn put_photo(texts: &[(&str, &str)], bytes: &'static [u8]) -> Received {
    let file = ReceivedFile::whole(None, Some("image/jpeg".to_owned()), Bytes::from_static(bytes));
    let mut fields = fields(texts);
    fields.push(ReceivedField { name: "photo_id_front".to_owned(), value: ReceivedValue::File(file) });
    request("PUT", "/customer", &[], ReceivedBody::Multipart(fields))
}

fn fields(texts: &[(&str, &str)]) -> Vec<ReceivedField> {
    let text = |value: &str| ReceivedValue::Text(value.to_owned());
    texts.iter().map(|(name, value)| ReceivedField { name: (*name).to_owned(), value: text(value) }).collect()
}

/// The id as it stands in a path.
fn encoded(id: &str) -> String {
    percent_encoding::utf8_percent_encode(id, percent_encoding::NON_ALPHANUMERIC).to_string()
}
