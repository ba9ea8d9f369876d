// What SEP-9 and the callback specification say of field names.

const words = (text) => new Set(text.trim().split(/\s+/));

/** SEP-9's binary fields, and the one that the callback specification spells otherwise. */
export const BINARY = words(`photo_id_front photo_id_back notary_approval_of_photo_id photo_proof_residence proof_of_income
  proof_of_liveness photo_proof_of_income organization.photo_incorporation_doc organization.photo_proof_address`);

/** The text fields that the callback specification lists for PUT /customer. */
export const LISTED = words(`first_name last_name additional_name address_country_code state_or_province city postal_code
  address mobile_number email_address birth_date birth_place birth_country_code bank_name bank_account_number
  bank_account_type bank_number bank_phone_number bank_branch_number external_transfer_memo clabe_number cbu_alias
  mobile_money_number mobile_money_provider crypto_address crypto_memo tax_id tax_id_name occupation employer_name
  employer_address language_code id_type id_country_code id_issue_date id_expiration_date id_number ip_address sex
  referral_id mobile_number_verification email_address_verification`);

/** All of SEP-9's text fields. */
export const TEXT = new Set([...LISTED, ...words(`family_name given_name mobile_number_format cbu_number organization.name
  organization.VAT_number organization.registration_number organization.registration_date
  organization.registered_address organization.number_of_shareholders organization.shareholder_name
  organization.address_country_code organization.state_or_province organization.city organization.postal_code
  organization.director_name organization.website organization.email organization.phone card.number
  card.expiration_date card.cvc card.holder_name card.network card.postal_code card.country_code
  card.state_or_province card.city card.address card.token`)]);

export const DATES = words('birth_date id_issue_date id_expiration_date');
export const PARAMETERS = words('id account memo memo_type type transaction_id lang url');

/** Text whatever a part's headers say. */
export const isText = (name) => TEXT.has(name) || PARAMETERS.has(name) || /_(file_id|verification)$/.test(name);

export function isDate(text) {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? [];
  const date = new Date(Date.UTC(year, month - 1, day));
  date.setUTCFullYear(year);
  return day !== undefined && date.getUTCMonth() === month - 1 && date.getUTCDate() === +day;
}
