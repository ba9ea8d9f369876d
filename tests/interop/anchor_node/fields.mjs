// What this anchor knows of SEP-9: the fields, how each value is checked, and which customer type needs which.
// A check returns undefined for a good value or a few words that complete "'field' must be ...".

import { isIP } from 'node:net';

const COUNTRIES = new Set(`
ABW AFG AGO AIA ALA ALB AND ARE ARG ARM ASM ATA ATF ATG AUS AUT AZE BDI BEL BEN BES BFA BGD BGR BHR BHS BIH BLM BLR BLZ
BMU BOL BRA BRB BRN BTN BVT BWA CAF CAN CCK CHE CHL CHN CIV CMR COD COG COK COL COM CPV CRI CUB CUW CXR CYM CYP CZE DEU
DJI DMA DNK DOM DZA ECU EGY ERI ESH ESP EST ETH FIN FJI FLK FRA FRO FSM GAB GBR GEO GGY GHA GIB GIN GLP GMB GNB GNQ GRC
GRD GRL GTM GUF GUM GUY HKG HMD HND HRV HTI HUN IDN IMN IND IOT IRL IRN IRQ ISL ISR ITA JAM JEY JOR JPN KAZ KEN KGZ KHM
KIR KNA KOR KWT LAO LBN LBR LBY LCA LIE LKA LSO LTU LUX LVA MAC MAF MAR MCO MDA MDG MDV MEX MHL MKD MLI MLT MMR MNE MNG
MNP MOZ MRT MSR MTQ MUS MWI MYS MYT NAM NCL NER NFK NGA NIC NIU NLD NOR NPL NRU NZL OMN PAK PAN PCN PER PHL PLW PNG POL
PRI PRK PRT PRY PSE PYF QAT REU ROU RUS RWA SAU SDN SEN SGP SGS SHN SJM SLB SLE SLV SMR SOM SPM SRB SSD STP SUR SVK SVN
SWE SWZ SXM SYC SYR TCA TCD TGO THA TJK TKL TKM TLS TON TTO TUN TUR TUV TWN TZA UGA UKR UMI URY USA UZB VAT VCT VEN VGB
VIR VNM VUT WLF WSM YEM ZAF ZMB ZWE`.trim().split(/\s+/));
const LANGUAGES = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });

const matches = (pattern, words) => (value) => (pattern.test(value) ? undefined : words);
const email = matches(/^(?=.{3,254}$)[^\s@"(),:;<>[\]\\]{1,64}@[^\s@.]+(?:\.[^\s@.]+)+$/u, 'an e-mail address');
const phone = matches(/^\+[1-9]\d{6,14}$/, 'a phone number in E.164 form such as +14155550123');
const wholeNumber = (value) => (/^\d{1,9}$/.test(String(value)) ? undefined : 'a whole number');
const country = (value) => (COUNTRIES.has(value) ? undefined : 'an ISO 3166-1 alpha-3 country code in capitals');
const language = (value) => (/^[a-z]{2}$/.test(value) && LANGUAGES.of(value) ? undefined : 'an ISO 639-1 language code');

function date(value, get, bug) {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(value) ?? [];
  if (!year) return 'a date in the form YYYY-MM-DD';
  const made = new Date(Date.UTC(+year, month - 1, +day));
  if (bug('date-rolls')) return undefined; // BUG: whatever Date made of it is good enough
  return made.toISOString().startsWith(value) ? undefined : 'a date that the calendar has';
}
const birthDate = (value, get, bug) =>
  date(value, get, bug) ?? (Date.parse(value) > Date.now() ? 'a date in the past' : undefined);
const mobile = (value, get) => (get('mobile_number_format') === 'hash' ? undefined : phone(value));

const isPhoto = (bytes) =>
  bytes.subarray(0, 3).equals(Buffer.from('ffd8ff', 'hex')) || bytes.subarray(0, 8).equals(Buffer.from('89504e470d0a1a0a', 'hex'));
const photo = (bytes) => (isPhoto(bytes) ? undefined : 'a JPEG or PNG image');
const isVideo = (bytes) => bytes.toString('latin1', 4, 8) === 'ftyp' || bytes.subarray(0, 4).equals(Buffer.from('1a45dfa3', 'hex'));
const liveness = (bytes) => (isPhoto(bytes) || isVideo(bytes) ? undefined : 'a JPEG or PNG image or an MP4 or WebM video');

const text = (description, check, choices) => ({ type: 'string', description, check, choices });
const day = (description, check = date) => ({ type: 'date', description, check });
const number = (description) => ({ type: 'number', description, check: wholeNumber });
const binary = (description, check = photo) => ({ type: 'binary', description, check });

/** Text that is only read by people; described by its own name. */
const plain = (names) =>
  Object.fromEntries(names.trim().split(/\s+/).map((name) => [name, text(name.replace('organization.', '').replaceAll('_', ' '))]));

/** Bank, crypto and mobile money fields: the same for people and, with a prefix, for organizations. */
const ACCOUNT_FIELDS = {
  bank_account_type: text('Kind of bank account', undefined, ['checking', 'savings']),
  bank_account_number: text('Number of the bank account', matches(/^[A-Za-z0-9][A-Za-z0-9 -]{3,33}$/, '4 to 34 letters and digits')),
  bank_number: text('National number of the bank', matches(/^[A-Za-z0-9-]{3,20}$/, '3 to 20 letters and digits')),
  bank_phone_number: text('Phone number of the bank', phone),
  clabe_number: text('CLABE (Mexico)', matches(/^\d{18}$/, '18 digits')),
  cbu_number: text('CBU or CVU (Argentina)', matches(/^\d{22}$/, '22 digits')),
  mobile_money_number: text('Phone number of the mobile money account', phone),
  ...plain('bank_name bank_branch_number external_transfer_memo cbu_alias mobile_money_provider crypto_address crypto_memo'),
};

export const FIELDS = {
  first_name: text('Given name as the identity document has it'),
  last_name: text('Family name as the identity document has it'),
  email_address: text('E-mail address for notices', email),
  mobile_number: text('Mobile phone number', mobile),
  mobile_number_format: text('How the mobile number is written', undefined, ['E.164', 'hash']),
  birth_date: day('Day of birth', birthDate),
  birth_country_code: text('Country of birth', country),
  address_country_code: text('Country of residence', country),
  occupation: number('Occupation as an ISCO-08 code'),
  language_code: text('Preferred language', language),
  id_type: text('Kind of identity document', undefined, ['passport', 'drivers_license', 'id_card']),
  id_country_code: text('Country that issued the document', country),
  id_issue_date: day('Day the document was issued'),
  id_expiration_date: day('Day the document runs out'),
  photo_id_front: binary('Photo of the front of the identity document'),
  photo_id_back: binary('Photo of the back of the identity document'),
  notary_approval_of_photo_id: binary('Photo of the notarial certificate'),
  photo_proof_residence: binary('Photo of a bill or statement with the address'),
  proof_of_income: binary('Photo of a proof of income'),
  photo_proof_of_income: binary('Photo of a proof of income'), // the name in the callback schema
  proof_of_liveness: binary('Picture or video of the customer', liveness),
  ip_address: text('IP address', (value) => (isIP(value) ? undefined : 'an IP address')),
  sex: text('Sex', undefined, ['male', 'female', 'other']),
  ...plain(`additional_name birth_place state_or_province city postal_code address tax_id tax_id_name employer_name
    employer_address id_number referral_id`),
  ...ACCOUNT_FIELDS,

  'organization.number_of_shareholders': number('How many shareholders there are'),
  'organization.photo_incorporation_doc': binary('Photo of the certificate of incorporation'),
  'organization.photo_proof_address': binary('Photo of a bill or statement with the address'),
  'organization.address_country_code': text('Country of the seat', country),
  'organization.email': text('E-mail address of the organization', email),
  'organization.phone': text('Phone number of the organization', phone),
  ...plain(`organization.name organization.VAT_number organization.registration_number organization.registration_date
    organization.registered_address organization.shareholder_name organization.state_or_province organization.city
    organization.postal_code organization.director_name organization.website`),
  ...Object.fromEntries(Object.entries(ACCOUNT_FIELDS).map(([name, field]) => [`organization.${name}`, field])),
};

/** SEP-9 has two names each for these. */
export const ALIASES = { given_name: 'first_name', family_name: 'last_name' };

/** Fixed once the customer is accepted. */
export const NAMES = ['first_name', 'last_name', 'organization.name'];

// Stages: what is asked second is asked only when everything required of the first is there. "?" marks the optional.
const PERSON = ['first_name', 'last_name', 'email_address', 'mobile_number?', 'birth_date?'];
const BANK = ['bank_account_number', 'bank_account_type', 'bank_number'];
const IDENTITY = ['id_type', 'id_country_code', 'photo_id_front', 'photo_id_back?', 'occupation?'];
const COMPANY = ['organization.name', 'organization.email', 'organization.address_country_code', 'organization.phone?'];
const PAPERS = ['organization.bank_account_number', 'organization.registration_number', 'organization.photo_incorporation_doc'];
const stages = (...lists) => lists.map((list) => list.map((n) => ({ name: n.replace('?', ''), optional: n.endsWith('?') })));

export const DEFAULT_TYPE = 'sep6';
export const TYPES = new Map([
  ['sep6', stages(PERSON, [...BANK, ...IDENTITY])],
  ['sep24-customer', stages(PERSON, [...BANK, ...IDENTITY])],
  ['sep31-sender', stages(PERSON)],
  ['sep31-receiver', stages(PERSON, [...BANK, ...IDENTITY])],
  ['counterparty_organization', stages(COMPANY, PAPERS)],
]);

/** What is wrong with a value, as a sentence, or undefined. `get` gives the values as they would be after the update. */
export function problem(name, value, get, bug) {
  const field = FIELDS[name];
  const must = (words) => `'${name}' must be ${words}`;
  if (field.type === 'binary') {
    if (!Buffer.isBuffer(value)) return must('a file part of a multipart/form-data body');
  } else if (field.type !== 'number' || typeof value !== 'number') {
    if (typeof value !== 'string') return must('a string');
    if (value === '' && bug('empty-overwrites')) return undefined; // BUG: an empty value passes, and is stored
    if (!value.trim()) return must('filled in');
    if (value.length > 4000) return must('at most 4000 characters long');
    if (/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(value)) return must('free of control characters');
  }
  // BUG in choices-open: the choices are shown in GET but never looked at.
  if (field.choices && !field.choices.includes(value) && !bug('choices-open')) return must(`one of ${field.choices.join(', ')}`);
  const words = field.check?.(value, get, bug);
  return words && must(words);
}
