// The broken modes. Each has one bug, marked with BUG where it is made; `clean` has none.

const mode = (name, breaks, consequence) => ({ name, clean: false, breaks, consequence });

export const MODES = [
  { name: 'clean', clean: true, breaks: '', consequence: '' },

  // Who is meant
  mode('memo-float', 'Id memos go through Number, so those above 2^53 that differ by little are one customer, although SEP-12 (Shared Accounts) has the memo tell the users of an account apart.', 'leaks data'),
  mode('memo-zero', 'The id memo 0 counts as no memo at all, so user 0 of a shared account and the account itself are one customer (SEP-12, Shared Accounts).', 'leaks data'),
  mode('shared-email', 'A new account whose e-mail address is on file already is given the record and the id of the other customer, although account and memo identify a customer (SEP-12, ID vs. Account & Memo).', 'leaks data'),
  mode('foreign-id', 'An id is served to any account: PUT and GET with the id of a customer of another account answer 200, where SEP-12 (Customer PUT, Response) wants 404.', 'leaks data'),
  mode('type-blind', 'The type of a GET is ignored for known customers: the status is that of the type last sent in a PUT, where SEP-12 (Type Specification, Customer Statuses) ties the status to the type asked for.', 'breaks'),

  // PUT: reading the body
  mode('files-ignored', 'File parts of a multipart PUT are dropped and 200 is answered all the same, although the callback specification (PUT /customer) has the anchor keep what it is sent.', 'loses data'),
  mode('nameless-photo', 'A photo part without a filename is dropped and 200 is answered all the same, although nothing in SEP-12 (Customer PUT) makes a file name a condition for a binary field.', 'loses data'),
  mode('quoted-boundary', 'A multipart boundary in quotes is refused with 400, although the very example in SEP-12 (Customer PUT, Request) quotes it.', 'breaks'),
  mode('charset-refused', 'application/json with a charset parameter is refused with 415, although SEP-12 (Content Type) has every endpoint take application/json.', 'breaks'),
  mode('chunked-empty', 'A body without Content-Length is taken for an empty one, so that chunked uploads are refused with 400 although the data are valid (callback specification, PUT /customer).', 'breaks'),
  mode('body-limit', 'A body of more than 100 KiB, as almost every photo is, is answered with 500; SEP-12 (File Size Limits) speaks of 10 MB and of 413.', 'breaks'),
  mode('dotted-nested', 'A field such as organization.name is taken apart into a nested object and never found again, which SEP-9 (Dot Notation) rules out.', 'loses data'),
  mode('utf8-500', 'A first name outside Latin-1 makes the PUT answer 500, because the server copies it into a header; SEP-12 (Customer PUT, Response) wants 200 or 202 for data that were stored.', 'breaks'),

  // PUT: storing
  mode('multipart-replaces', 'A multipart update replaces the whole record instead of adding to it, so that earlier fields are asked for again (SEP-12, Customer GET, Fields).', 'loses data'),
  mode('put-race', 'Two PUTs for one customer at the same time overwrite each other: both answer 200 but the fields of one are gone (callback specification, PUT /customer: data are to be persisted).', 'loses data'),
  mode('empty-overwrites', 'An empty string is accepted and wipes out the value on file, although the callback specification (PUT /customer) has the anchor validate what it is sent.', 'loses data'),
  mode('choices-open', 'A value that is not among the choices of its field is accepted with 200, although SEP-12 (Fields) makes the choices the valid values.', 'minor'),
  mode('date-rolls', 'A day that does not exist, such as 2001-02-30, is accepted with 200, although SEP-9 (Encodings) wants an ISO 8601 date and the callback specification wants data validated.', 'minor'),

  // Answers
  mode('id-number', 'The id is a JSON number in the answers of PUT and GET, where SEP-12 (Customer PUT, Response) makes it a string.', 'breaks'),
  mode('get-unknown-id-200', 'GET with an id that does not exist answers 200 NEEDS_INFO, where SEP-12 (Customer GET, Errors) wants 404.', 'breaks'),
  mode('cached-get', 'A GET is answered from a cache for 30 seconds whatever has been PUT since, so that SEP-12 (Customer GET), checking the status, is of no use.', 'breaks'),
  mode('lowercase-status', 'The customer status is written in small letters, while SEP-12 (Customer Statuses) and the callback schema have capitals.', 'breaks'),
  mode('fields-array', 'fields is an array of objects with a name, where SEP-12 (Fields) and the callback schema make it an object with the names as keys.', 'breaks'),
  mode('fields-dropped', 'NEEDS_INFO in the second stage comes without fields, which SEP-12 (Customer Statuses) requires with that status.', 'breaks'),
  mode('html-errors', 'Every error is an HTML page with a stack trace, where SEP-12 (Errors) and the callback schema want JSON with an error text.', 'breaks'),
  mode('dropped-connection', 'PUT with an unknown id ends the connection without any answer (an unhandled rejection), where SEP-12 (Customer PUT, Response) wants 404.', 'breaks'),

  // DELETE
  mode('delete-undecoded', 'The id in the path of a DELETE is not percent-decoded, so that deleting an existing customer answers 404 and nothing is deleted (callback specification, DELETE /customer/{id}).', 'breaks'),
  mode('delete-ghost', 'DELETE forgets to delete the values: a customer created again for the same account has all the old fields at once, against SEP-12 (Customer DELETE).', 'leaks data'),
  mode('id-reuse', 'The id of a deleted customer is given to the next new one, so that an old id opens the record of somebody else (SEP-12, Customer PUT, Response).', 'leaks data'),
];
