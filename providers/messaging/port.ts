export interface Message {
  /** The same for every attempt to send this message; becomes the Message-ID, so that a repeat can be told. */
  id: string;
  orderId: string;
  to: string;
  subject: string;
  text: string;
}

/** @throws {ProviderUnavailable} try again later. @throws {ProviderRejected} the address will never take mail. */
export interface Mailer {
  send(message: Message): Promise<void>;
  close(): void;
}
