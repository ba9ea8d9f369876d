//! What a check of a platform works with: invented customers, their wallets, and a view of both sides.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::anchor::{Desk, Heard, MARK_LEN, Mailbox, Reply};
use super::tokens::{Holder, Tokens};
use super::wallet::Wallet;
use crate::sep10::SigningKey;
use crate::sep12::body::Multipart;
use crate::sep12::registry::Kind;
use crate::sep12::{Account, CustomerId, Field};
use crate::suite::answer::Answer;
use crate::suite::check::NotKept;
use crate::suite::client::{Client, Failure, Transcript};
use crate::suite::people::{Dice, Inventor, Person, Wanted};
use crate::suite::request::{Content, Encoding, Request};

/// What all checks of a run share.
pub(crate) struct Suite {
    pub(crate) client: Client,
    pub(crate) tokens: Tokens,
    pub(crate) inventor: Inventor,
    pub(crate) seed: u64,
    pub(crate) year: i16,
    /// How long the wallet waits for an answer.
    pub(crate) patience: Duration,
    /// How long the platform is said to wait for its anchor; the wallet waits longer.
    pub(crate) anchor_timeout: Option<Duration>,
    /// How many random cases are tried where chance is of use.
    pub(crate) cases: usize,
    /// Sent as `type` with every customer, if given.
    pub(crate) customer_type: Option<String>,
    pub(crate) desk: Arc<Desk>,
    /// Where the anchor side listens.
    pub(crate) anchor: SocketAddr,
    /// The same as a URL, without a path.
    pub(crate) anchor_url: String,
    /// Whether one check runs at a time, so that whatever arrives is its own.
    pub(crate) is_alone: bool,
}

/// What one check works with.
pub(crate) struct Context {
    pub(crate) suite: Arc<Suite>,
    pub(crate) dice: Dice,
    pub(crate) mailbox: Arc<Mailbox>,
    transcript: Arc<Transcript>,
    first_serial: u64,
    invented: u64,
}

/// Both sides of one exchange.
pub(crate) struct Seen {
    /// What the wallet got.
    pub(crate) answer: Result<Answer, Failure>,
    /// What the anchor side got meanwhile, of this check's.
    pub(crate) heard: Vec<Arc<Heard>>,
}

/// How many people one check can invent before phone numbers repeat.
const PEOPLE: u64 = 64;
/// How long a request that the platform has broken off may take to be noticed.
const NOTICE: Duration = Duration::from_millis(250);
const PAUSE: Duration = Duration::from_millis(10);

impl Context {
    /// The number and the label tell apart what one run's checks invent.
    pub(crate) fn new(suite: Arc<Suite>, number: u64, label: &str) -> Self {
        let dice = Dice::new(suite.seed, label);
        let mailbox = Arc::default();
        if suite.is_alone {
            suite.desk.claim_the_rest(&mailbox);
        }
        Self { suite, dice, mailbox, transcript: Arc::default(), first_serial: number * PEOPLE, invented: 0 }
    }

    /// A wallet with an account of its own.
    pub(crate) async fn wallet(&mut self) -> Result<Wallet, NotKept> {
        self.wallet_as(Holder::Account).await
    }

    /// A wallet with an account of its own, in that form.
    pub(crate) async fn wallet_as(&mut self, holder: Holder) -> Result<Wallet, NotKept> {
        let key = SigningKey::from_secret(self.dice.bytes32());
        let wallet = self.suite.tokens.wallet(&key, holder).await?;
        if let Some(account) = wallet.account() {
            self.claim(&account.to_string());
            self.claim(&account.base().to_string());
            if let Holder::Memo(memo) = holder
                && let Some(muxed) = account.with_muxed_id(memo)
            {
                self.claim(&muxed.to_string());
            }
        }
        Ok(wallet)
    }

    /// An account that is no wallet's, of this check.
    pub(crate) fn foreign_account(&mut self) -> Account {
        let account = SigningKey::from_secret(self.dice.bytes32()).account();
        self.claim(&account.to_string());
        account
    }

    /// Requests with that text in them are this check's.
    pub(crate) fn claim(&self, name: &str) {
        self.suite.desk.claim(name, &self.mailbox);
    }

    /// A word that occurs nowhere else, by which this check's requests are known. It could be a name.
    pub(crate) fn mark(&mut self) -> String {
        let letters = (1..MARK_LEN).map(|_| char::from(b"abcdefghijklmnop"[usize::from(self.dice.below(16) as u8)]));
        let mark: String = std::iter::once('T').chain(letters).collect();
        self.claim(&mark);
        mark
    }

    /// What every customer of the suite says of itself: a mark among it.
    pub(crate) fn customer(&mut self) -> Vec<Field> {
        let mark = self.mark();
        let mut fields: Vec<_> = self.suite.customer_type.iter().map(|name| Field::text("type", name)).collect();
        fields.push(Field::text("last_name", mark));
        fields.extend(self.fields(&["first_name", "email_address"]));
        fields
    }

    /// The same and more.
    pub(crate) fn customer_with(&mut self, more: impl IntoIterator<Item = Field>) -> Vec<Field> {
        let mut fields = self.customer();
        for field in more {
            match fields.iter_mut().find(|own| own.name == field.name && field.name != "last_name") {
                Some(own) => *own = field,
                None if field.name == "last_name" => {}
                None => fields.push(field),
            }
        }
        fields
    }

    /// Values of those names, of one person; files for binary names.
    pub(crate) fn fields(&mut self, names: &[&str]) -> Vec<Field> {
        self.invented += 1;
        let serial = self.first_serial + self.invented % PEOPLE;
        let Suite { seed, year, inventor, .. } = &*self.suite;
        let person = Person::invent(&mut self.dice, *seed, serial, *year, &[]);
        let wanted = names.iter().map(|name| Wanted::given(name, Kind::String));
        wanted.map(|wanted| inventor.field(&wanted, &person, &mut self.dice)).collect()
    }

    /// A picture for a binary name.
    pub(crate) fn file(&mut self, name: &str) -> Field {
        self.fields(&[name]).remove(0)
    }

    /// An id such as anchors give out.
    pub(crate) fn id(&mut self) -> String {
        let (high, low) = (self.dice.next(), self.dice.next());
        let id = format!("{:08x}-{:04x}-4abc-8def-{:012x}", high >> 32, high & 0xffff, low & 0xffff_ffff_ffff);
        self.claim(&id);
        id
    }

    /// Says what this check's requests get; `None` leaves it to the simple anchor.
    pub(crate) fn script(&self, script: impl Fn(&Heard) -> Option<Reply> + Send + Sync + 'static) {
        self.mailbox.script(script);
    }

    /// Every `PUT /customer` gets that.
    pub(crate) fn answer_puts(&self, reply: Reply) {
        self.script(move |heard| heard.is_put().then(|| reply.clone()));
    }

    /// Sends a request and looks at both sides.
    pub(crate) async fn ask(&self, request: Request) -> Seen {
        drop(self.mailbox.take_heard());
        let answer = self.suite.client.send(&request, &self.transcript).await;
        let heard = self.mailbox.take_heard();
        self.transcript.forwarded(self.mailbox.take_forwarded());
        Seen { answer, heard }
    }

    /// The same, and waits for what the platform may only have begun to send.
    pub(crate) async fn ask_and_wait(&self, request: Request) -> Seen {
        let Seen { answer, mut heard } = self.ask(request).await;
        let end = Instant::now() + NOTICE;
        while Instant::now() < end || self.mailbox.is_busy() && Instant::now() < end + self.suite.patience {
            sleep(PAUSE).await;
        }
        heard.extend(self.mailbox.take_heard());
        self.transcript.forwarded(self.mailbox.take_forwarded());
        Seen { answer, heard }
    }

    /// Sends fields, as JSON if they are all text, else as multipart.
    pub(crate) async fn put(&self, wallet: &Wallet, fields: &[Field]) -> Seen {
        self.ask(wallet.signed(put(fields))).await
    }

    /// Sends fields in that encoding.
    pub(crate) async fn put_as(&self, wallet: &Wallet, fields: &[Field], encoding: &Encoding) -> Seen {
        self.ask(wallet.signed(Request::put(fields.to_vec(), encoding))).await
    }

    /// Sends a body as it is.
    pub(crate) async fn put_content(&self, wallet: &Wallet, content: Content) -> Seen {
        self.ask(wallet.signed(Request::put_content(content))).await
    }

    /// Asks for a customer by those parameters.
    pub(crate) async fn get(&self, wallet: &Wallet, parameters: &[(&str, &str)]) -> Seen {
        self.ask(wallet.signed(get(parameters))).await
    }

    /// Asks for the deletion of the wallet's own customer.
    pub(crate) async fn delete(&self, wallet: &Wallet) -> Result<Seen, NotKept> {
        let account = wallet.account().ok_or_else(|| NotKept::skip("the token given does not tell its account"))?;
        let account = CustomerId::try_from(account.base().to_string());
        let account = account.map_err(|error| NotKept::inconclusive(error.to_string()))?;
        Ok(self.ask(wallet.signed(Request::delete(&account))).await)
    }

    /// The memory of what was sent.
    pub(crate) fn transcript(&self) -> Arc<Transcript> {
        Arc::clone(&self.transcript)
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        self.mailbox.close();
    }
}

/// Fields, as JSON if they are all text, else as multipart.
pub(crate) fn put(fields: &[Field]) -> Request {
    let has_files = fields.iter().any(|field| field.as_file().is_some());
    let encoding = if has_files { Encoding::Multipart(Multipart::default()) } else { Encoding::Json };
    Request::put(fields.to_vec(), &encoding)
}

/// A look-up.
pub(crate) fn get(parameters: &[(&str, &str)]) -> Request {
    let owned: Vec<_> = parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Request::get(&owned)
}
