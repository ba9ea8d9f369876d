//! Who a customer is, and the records kept of them.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};

use axum::body::Bytes;
use data_encoding::{BASE32_NOPAD, BASE64};

use crate::App;
use crate::rules::CustomerType;

#[derive(Clone, Debug, PartialEq)]
pub enum Memo {
    Id(u64),
    Hash(Vec<u8>),
    Text(String),
}

/// An account, with the memo of one of its users where it is shared.
#[derive(Clone, Debug, PartialEq)]
pub struct Identity {
    pub account: String,
    pub memo: Option<Memo>,
}

/// What a customer has sent.
#[derive(Default)]
pub struct Record {
    pub texts: BTreeMap<String, String>,
    pub files: BTreeMap<String, Bytes>,
}

pub struct Customer {
    pub id: String,
    pub who: Option<Identity>,
    pub record: Record,
    /// The type named last in a PUT.
    pub last_type: Option<&'static CustomerType>,
    /// Only ever set in a broken mode.
    pub deleted: bool,
}

#[derive(Default)]
pub struct Store {
    pub customers: Vec<Customer>,
    ids: RandomState,
    created: u64,
}

impl Record {
    pub fn has(&self, name: &str) -> bool {
        self.texts.contains_key(name) || self.files.contains_key(name)
    }
}

impl Store {
    /// The customer of an id. With an account, it has to be that account's.
    pub fn by_id(&mut self, id: &str, who: Option<&Identity>) -> Result<&mut Customer, ById<'_>> {
        let mut live = self.customers.iter_mut().filter(|customer| !customer.deleted);
        let customer = live.find(|customer| customer.id == id).ok_or(ById::Unknown)?;
        let own = who.is_none_or(|who| {
            let known = customer.who.as_ref();
            known.is_some_and(|known| known.account == who.account && (who.memo.is_none() || who.memo == known.memo))
        });
        if own { Ok(customer) } else { Err(ById::Foreign(customer)) }
    }

    pub fn by_identity(&mut self, who: &Identity, deleted_too: bool) -> Option<&mut Customer> {
        // The latest first: in some broken modes there are several.
        let mut found = self.customers.iter_mut().rev();
        found.find(|customer| customer.who.as_ref() == Some(who) && (deleted_too || !customer.deleted))
    }

    pub fn create(&mut self, id: Option<String>, who: Option<Identity>) -> &mut Customer {
        let id = id.unwrap_or_else(|| self.fresh_id());
        self.customers.push(Customer { id, who, record: Record::default(), last_type: None, deleted: false });
        self.customers.last_mut().expect("just pushed")
    }

    /// Eighteen digits, leading zeros included, not to be guessed from another id.
    fn fresh_id(&mut self) -> String {
        loop {
            self.created += 1;
            let id = format!("{:018}", self.ids.hash_one(self.created) % 10u64.pow(18));
            if self.customers.iter().all(|customer| customer.id != id) {
                return id;
            }
        }
    }
}

/// Why an id leads nowhere.
pub enum ById<'a> {
    Unknown,
    Foreign(&'a mut Customer),
}

/// Takes account, memo and memo_type out of a request's members.
pub fn identity(app: &App, members: &mut BTreeMap<String, String>) -> Result<Option<Identity>, String> {
    let (memo, memo_type) = (members.remove("memo"), members.remove("memo_type"));
    let Some(mut account) = members.remove("account") else {
        return Ok(None);
    };
    let (version, payload) = strkey(&account).ok_or("'account' is no Stellar account")?;
    let mut memo = memo.map(|memo| parse_memo(&memo, memo_type.as_deref())).transpose()?;
    if version == CONTRACT && memo.is_some() {
        return Err("a contract account takes no 'memo'".into());
    }
    if version == MUXED {
        let own = payload[32..].iter().fold(0, |id, byte| id << 8 | u64::from(*byte));
        // The memo only repeats what the account says already.
        if memo.take().is_some_and(|memo| memo != Memo::Id(own)) {
            return Err("'memo' is not the one in the muxed 'account'".into());
        }
    }
    if let Some(Memo::Id(id)) = &mut memo
        && app.is("memo-f64")
    {
        *id = *id as f64 as u64;
    }
    if app.is("account-only-key") {
        memo = None;
    }
    if app.is("muxed-truncated") {
        account.truncate(56);
    }
    Ok(Some(Identity { account, memo }))
}

/// Without a type, digits are an id and anything else is a text.
fn parse_memo(memo: &str, memo_type: Option<&str>) -> Result<Memo, String> {
    let digits = memo.bytes().all(|byte| byte.is_ascii_digit());
    let id = memo.parse::<u64>().ok().filter(|_| digits);
    match memo_type {
        None => Ok(id.map_or_else(|| Memo::Text(memo.into()), Memo::Id)),
        Some("id") => id.map(Memo::Id).ok_or_else(|| "'memo' is no 64-bit number".into()),
        Some("text") => Ok(Memo::Text(memo.into())),
        Some("hash") => {
            // A query may have turned a plus sign into a space.
            let hash = BASE64.decode(memo.replace(' ', "+").as_bytes()).unwrap_or_default();
            let whole = Some(hash).filter(|hash| hash.len() == 32);
            whole.map(Memo::Hash).ok_or_else(|| "'memo' is not 32 bytes in base64".into())
        }
        Some(other) => Err(format!("'memo_type' is '{other}', not id, hash or text")),
    }
}

const ACCOUNT: u8 = 6 << 3;
const MUXED: u8 = 12 << 3;
const CONTRACT: u8 = 2 << 3;

/// Version byte and payload of an account's strkey, or `None` if it is not valid.
pub fn strkey(text: &str) -> Option<(u8, Vec<u8>)> {
    let mut bytes = BASE32_NOPAD.decode(text.as_bytes()).ok()?;
    let payload = match bytes.first()? {
        &ACCOUNT | &CONTRACT => 32,
        &MUXED => 40,
        _ => return None,
    };
    if bytes.len() != 1 + payload + 2 {
        return None;
    }
    let sum = bytes.split_off(1 + payload);
    (crc16(&bytes).to_le_bytes()[..] == sum).then(|| (bytes.remove(0), bytes))
}

fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |crc, byte| {
        (0..8).fold(crc ^ u16::from(*byte) << 8, |crc, _| crc << 1 ^ if crc & 0x8000 == 0 { 0 } else { 0x1021 })
    })
}
