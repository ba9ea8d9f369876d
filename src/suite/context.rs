//! What a check works with: invented customers, the way to the anchor, and a memory of what was sent.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::answer::Answer;
use super::check::NotKept;
use super::client::{Client, Failure, LONGEST_PATH, Transcript};
use super::discovery::Survey;
use super::identities::OtherIdentity;
use super::people::{Customer, Dice, Inventor, Person, Wanted, account};
use super::request::{Encoding, Request};
use super::unknown_id::altered;
use crate::sep12::body::Multipart;
use crate::sep12::info::CustomerInfo;
use crate::sep12::{Account, CustomerId, CustomerStatus, Field, Identity};

/// What all checks of a run share.
pub(crate) struct Suite {
    pub(crate) client: Client,
    pub(crate) inventor: Inventor,
    pub(crate) seed: u64,
    pub(crate) year: i16,
    pub(crate) settle: Duration,
    /// How many random cases are tried where chance is of use.
    pub(crate) cases: usize,
    /// Whom the anchor is said to serve beside the usual.
    pub(crate) identities: Vec<OtherIdentity>,
    pub(crate) created: Mutex<BTreeSet<CustomerId>>,
}

/// What one check works with.
pub(crate) struct Context {
    pub(crate) suite: Arc<Suite>,
    /// What the anchor asks for; one for each customer type.
    pub(crate) surveys: Arc<[Survey]>,
    pub(crate) dice: Dice,
    first_serial: u64,
    invented: u64,
    transcript: Arc<Transcript>,
}

/// How many people one check can invent before phone numbers and `{seq}` repeat.
const PEOPLE: u64 = 64;
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// How long to look whether somebody vanishes or changes who should not; several checks wait so, one after the other.
const LINGER: Duration = Duration::from_millis(600);

impl Context {
    /// The number and the label tell apart what one run's checks invent.
    pub(crate) fn new(suite: Arc<Suite>, surveys: Arc<[Survey]>, number: u64, label: &str) -> Self {
        let dice = Dice::new(suite.seed, label);
        Self { suite, surveys, dice, first_serial: number * PEOPLE, invented: 0, transcript: Arc::default() }
    }

    /// What the anchor asks of the customers that checks use.
    pub(crate) fn survey(&self) -> &Survey {
        &self.surveys[0]
    }

    /// A complete customer with an account of its own.
    pub(crate) fn customer(&mut self) -> Customer {
        let account = self.account();
        self.customer_as(Identity::of_account(account))
    }

    /// A complete customer of that identity.
    pub(crate) fn customer_as(&mut self, identity: Identity) -> Customer {
        let survey = self.survey().clone();
        self.customer_of(identity, &survey)
    }

    /// A complete customer of that identity, as that survey wants it.
    pub(crate) fn customer_of(&mut self, identity: Identity, survey: &Survey) -> Customer {
        let person = self.person(survey);
        let fields =
            survey.complete().into_iter().map(|wanted| self.suite.inventor.field(&wanted, &person, &mut self.dice));
        let (files, texts): (Vec<_>, Vec<_>) = fields.partition(|field| field.as_file().is_some());
        let fields = texts.into_iter().chain(files).collect();
        Customer { identity, customer_type: survey.customer_type.clone(), fields }
    }

    /// A customer of that identity with all that is ever asked for, required or not; all of it about one person.
    pub(crate) fn everything_of(&mut self, identity: Identity, survey: &Survey) -> Customer {
        let mut all = survey.clone();
        all.wanted.iter_mut().for_each(|wanted| wanted.optional = false);
        self.customer_of(identity, &all)
    }

    /// A value for one more field, of nobody in particular.
    pub(crate) fn field(&mut self, wanted: &Wanted) -> Field {
        let person = self.person(&self.survey().clone());
        self.suite.inventor.field(wanted, &person, &mut self.dice)
    }

    /// Values for more fields, of one person.
    pub(crate) fn fields(&mut self, wanted: &[Wanted]) -> Vec<Field> {
        let person = self.person(&self.survey().clone());
        wanted.iter().map(|wanted| self.suite.inventor.field(wanted, &person, &mut self.dice)).collect()
    }

    /// A fresh account.
    pub(crate) fn account(&mut self) -> Account {
        account(&mut self.dice)
    }

    fn person(&mut self, survey: &Survey) -> Person {
        self.invented += 1;
        let serial = self.first_serial + self.invented % PEOPLE;
        Person::invent(&mut self.dice, self.suite.seed, serial, self.suite.year, survey.countries())
    }

    /// Sends a request as it is.
    pub(crate) async fn send(&self, request: Request) -> Result<Answer, Failure> {
        let answer = self.suite.client.send(&request, &self.transcript).await?;
        if request.method == hyper::Method::PUT
            && answer.is_success()
            && let Ok(id) = answer.id()
            && id.as_str().len() <= LONGEST_PATH
        {
            self.suite.created.lock().expect("no code panics while it holds the ids").insert(id);
        }
        Ok(answer)
    }

    /// Whether a customer with that id was registered during this run and not forgotten.
    pub(crate) fn has_created(&self, id: &CustomerId) -> bool {
        self.suite.created.lock().expect("no code panics while it holds the ids").contains(id)
    }

    /// Takes no more notice of a customer that was registered.
    pub(crate) fn forget(&self, id: &CustomerId) {
        self.suite.created.lock().expect("no code panics while it holds the ids").remove(id);
    }

    /// Sends fields, as JSON if they are all text, else as multipart.
    pub(crate) async fn put(&self, fields: Vec<Field>) -> Result<Answer, Failure> {
        let has_files = fields.iter().any(|field| field.as_file().is_some());
        let encoding = if has_files { Encoding::Multipart(Multipart::default()) } else { Encoding::Json };
        self.put_as(fields, &encoding).await
    }

    /// Sends fields in that encoding.
    pub(crate) async fn put_as(&self, fields: Vec<Field>, encoding: &Encoding) -> Result<Answer, Failure> {
        self.send(Request::put(fields, encoding)).await
    }

    /// Asks for a customer by those parameters.
    pub(crate) async fn get(&self, parameters: &[(String, String)]) -> Result<Answer, Failure> {
        self.send(Request::get(parameters)).await
    }

    /// Asks until the answer is as wished; gives the last answer if it is not until the anchor had its time to settle.
    pub(crate) async fn get_until<T>(
        &self,
        parameters: &[(String, String)],
        wish: impl Fn(&Answer) -> Option<T>,
    ) -> Result<Result<T, Answer>, Failure> {
        let end = Instant::now() + self.suite.settle;
        let mut pause = FIRST_PAUSE;
        loop {
            let answer = self.get(parameters).await?;
            if let Some(wished) = wish(&answer) {
                return Ok(Ok(wished));
            }
            if Instant::now() + pause > end {
                return Ok(Err(answer));
            }
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Makes sure that an ordinary complete customer is accepted, so that a check can vary one thing.
    pub(crate) fn needs_acceptance(&self) -> Result<(), NotKept> {
        match &self.survey().refusal {
            None => Ok(()),
            Some(refusal) => Err(NotKept::inconclusive(format!("the anchor accepts no complete customer: {refusal}"))),
        }
    }

    /// Makes sure that the user has said that the anchor serves such customers.
    pub(crate) fn needs_identity(&self, kind: OtherIdentity) -> Result<(), NotKept> {
        if self.suite.identities.contains(&kind) {
            return Ok(());
        }
        let (plural, name) = (kind.plural(), kind.name());
        Err(NotKept::skip(format!("--identities {name} is not given, which says that the anchor serves {plural}")))
    }

    /// Values that say of nobody who it is: the anchor offers them, or the user has them sent for everybody.
    pub(crate) fn common_values(&self) -> BTreeSet<&str> {
        let choices = self.surveys.iter().flat_map(Survey::choices);
        choices.chain(self.suite.inventor.texts()).collect()
    }

    /// Registers a customer for a check that needs one; it cannot tell if the anchor refuses.
    pub(crate) async fn register(&self, customer: &Customer) -> Result<CustomerId, NotKept> {
        self.needs_acceptance()?;
        registered(&self.put(customer.request_fields()).await?)
    }

    /// The customer as the anchor sees it.
    pub(crate) async fn look(&self, customer: &Customer, id: &CustomerId) -> Result<CustomerInfo, NotKept> {
        let mut parameters = vec![("id".to_owned(), id.as_str().to_owned())];
        parameters.extend(customer.query());
        let answer = self.send(Request::get(&parameters)).await?;
        let unreadable = |why: &str| NotKept::inconclusive(format!("GET /customer does not show the customer: {why}"));
        if !answer.is_success() {
            return Err(unreadable(&answer.to_string()));
        }
        CustomerInfo::read(&answer.body).map(|(info, _)| info).map_err(|error| unreadable(&error.to_string()))
    }

    /// Looks until something is seen; `None` if it is not until the anchor had its time to settle.
    pub(crate) async fn watch<T>(
        &self,
        customer: &Customer,
        id: &CustomerId,
        seen: impl Fn(&CustomerInfo) -> Option<T>,
    ) -> Result<Option<T>, NotKept> {
        let end = Instant::now() + self.suite.settle;
        let mut pause = FIRST_PAUSE;
        loop {
            if let Some(seen) = seen(&self.look(customer, id).await?) {
                return Ok(Some(seen));
            }
            if Instant::now() + pause > end {
                return Ok(None);
            }
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// The customer as soon as the anchor is done with it, or when it had its time.
    pub(crate) async fn settled(&self, customer: &Customer, id: &CustomerId) -> Result<CustomerInfo, NotKept> {
        let done = |info: &CustomerInfo| (info.status != CustomerStatus::Processing).then(|| info.clone());
        match self.watch(customer, id, done).await? {
            Some(info) => Ok(info),
            None => self.look(customer, id).await,
        }
    }

    /// An id of the same form that was never given out: a strict anchor may check the form first.
    pub(crate) fn unknown_id(&mut self, known: &CustomerId) -> Result<CustomerId, NotKept> {
        CustomerId::try_from(altered(known.as_str(), &mut self.dice))
            .map_err(|error| NotKept::inconclusive(error.to_string()))
    }

    /// Gives time for what should not happen.
    pub(crate) async fn linger(&self) {
        sleep(LINGER.min(self.suite.settle)).await;
    }

    /// The memory of what was sent.
    pub(crate) fn transcript(&self) -> Arc<Transcript> {
        Arc::clone(&self.transcript)
    }
}

/// The id of a customer that a check needs; it cannot tell without.
pub(crate) fn registered(answer: &Answer) -> Result<CustomerId, NotKept> {
    if !answer.is_success() {
        let hint = data_hint(answer);
        return Err(NotKept::inconclusive(format!("the anchor accepts no complete customer: {answer}{hint}")));
    }
    answer.id().map_err(|error| NotKept::inconclusive(format!("a complete customer got no usable id: {error}")))
}

/// What to do if the anchor's rules are stricter than what is invented.
pub(crate) fn data_hint(answer: &Answer) -> &'static str {
    if answer.status.is_client_error() {
        "; if it is strict about values, pass some that it takes with --field NAME=VALUE or --file NAME=PATH"
    } else {
        ""
    }
}
