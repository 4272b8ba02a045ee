/** What an e-mail says: both parts of a multipart/alternative mail. */
export interface EmailContent {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}
