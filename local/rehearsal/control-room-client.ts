import { z } from 'zod';

const Mail = z.object({ id: z.string(), to: z.string(), subject: z.string(), text: z.string(), template: z.string().nullable() });
export type Mail = z.infer<typeof Mail>;

const Purchase = z.object({ e164: z.string(), tag: z.string(), smsUrl: z.string() });
const PhoneMessage = z.object({ direction: z.enum(['sent', 'received']), with: z.string(), body: z.string() });

/** Drives a running stack through its control room, as a person at its page does. */
export class ControlRoomClient {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async payDeposit(deposit: { contactName: string; email: string; phone: string }): Promise<{ invoiceId: string; invoiceNumber: string }> {
    return z.object({ invoiceId: z.string(), invoiceNumber: z.string() }).parse(await this.#post('/api/deposits', deposit));
  }

  async mailTo(address: string): Promise<Mail[]> {
    return z.array(Mail).parse(await this.#get(`/api/mailbox?to=${encodeURIComponent(address)}`));
  }

  async numbers(): Promise<z.infer<typeof Purchase>[]> {
    return z.array(Purchase).parse(await this.#get('/api/numbers'));
  }

  async text(message: { from: string; to: string; body: string }): Promise<void> {
    await this.#post(`/api/phones/${encodeURIComponent(message.from)}/messages`, { to: message.to, body: message.body });
  }

  async phone(number: string): Promise<z.infer<typeof PhoneMessage>[]> {
    return z.array(PhoneMessage).parse(await this.#get(`/api/phones/${encodeURIComponent(number)}`));
  }

  /** Lets everything go on that goes on by itself within `withinSeconds` of the laptop's time; without it until only people are awaited. */
  async untilIdle(withinSeconds?: number): Promise<void> {
    await this.#post('/api/clock', { untilIdle: true, ...(withinSeconds ? { withinSeconds } : {}) });
  }

  /** Moves the clock; each schedule that falls due on the way fires once, at the end. */
  async advance(seconds: number): Promise<void> {
    await this.#post('/api/clock', { advanceSeconds: seconds });
  }

  async run(invoiceId: string): Promise<unknown> {
    return this.#get(`/api/runs/${invoiceId}`);
  }

  async #get(path: string): Promise<unknown> {
    return answerOf(await fetch(this.#url + path), path);
  }

  async #post(path: string, body: unknown): Promise<unknown> {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    return answerOf(await fetch(this.#url + path, init), path);
  }
}

async function answerOf(response: Response, path: string): Promise<unknown> {
  if (!response.ok) throw new Error(`the control room answered ${response.status} to ${path}: ${await response.text()}`);
  return response.json();
}
