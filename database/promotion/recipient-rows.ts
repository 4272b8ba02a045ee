import { CopyTextRows } from "../../platform/copy-text.ts";

/** A bill to be announced and what its member wants; contacts themselves are not read. */
export interface Recipient {
  readonly billId: number;
  readonly memberId: number;
  readonly partitionIndex: number;
  readonly timeZone: string;
  readonly sendDay: number | null;
  /** Minutes of the day; null = none. */
  readonly quietStart: number | null;
  readonly quietEnd: number | null;
  /** "" = no preference. */
  readonly preferredChannel: string;
  readonly hasEmail: boolean;
  readonly hasPhone: boolean;
  readonly hasPushToken: boolean;
  /** Channels whose address of this member is suppressed, comma-separated; "" = none. */
  readonly suppressed: string;
  /** An earlier generation has a message of this bill too. */
  readonly follows: boolean;
}

/** Reads the rows of `recipientQuery` from the chunks of its stream. */
export class RecipientRows {
  readonly #rows = new CopyTextRows();

  /** The recipients that are complete with this chunk. */
  *recipients(chunk: Buffer): Generator<Recipient> {
    const rows = this.#rows;
    rows.push(chunk);
    while (rows.nextRow()) {
      yield {
        billId: rows.integer(),
        memberId: rows.integer(),
        partitionIndex: rows.integer(),
        timeZone: rows.text(),
        sendDay: rows.integerOrNull(),
        quietStart: rows.integerOrNull(),
        quietEnd: rows.integerOrNull(),
        preferredChannel: rows.text(),
        hasEmail: rows.integer() === 1,
        hasPhone: rows.integer() === 1,
        hasPushToken: rows.integer() === 1,
        suppressed: rows.text(),
        follows: rows.integer() === 1,
      };
    }
  }
}
