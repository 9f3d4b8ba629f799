import { z } from 'zod';
import { Collection } from '../kernel/collection';
import type { Store } from '../kernel/store';

/** The kinds of Australian number for sale. */
export type NumberType = 'mobile' | 'local';

/** A number that can be bought. Mobiles do SMS; of the local ones those with an even last digit. */
export interface StockNumber {
  phoneNumber: string;
  numberType: NumberType;
  sms: boolean;
}

/** Numbers for sale, in this order; without it the stock never ends. */
export type StockList = Record<NumberType, string[]>;

const MOBILE = '+61480'; // followed by six digits, a valid mobile, as +61272 and six digits is a valid Sydney number
const LOCAL = '+61272';
const SHELF = 40;
const NUMBERS = 1_000_000;
const STEP = 654_321; // has no factor in common with a million, so all numbers come up once

/** What is for sale: a fixed list, or an endless, repeatable stock of valid numbers. Sold numbers never come back. */
export class Stock {
  readonly #list: StockList | undefined;
  readonly #gone: Collection<{ atMs: number }>;
  /** Kinds of which nothing is for sale, until they come in again. */
  readonly #soldOut: Collection<{ atMs: number }>;
  #searches = 0;

  constructor(store: Store, list: StockList | undefined) {
    this.#list = list;
    this.#gone = new Collection(store, 'twilio_sold', z.object({ atMs: z.number() }));
    this.#soldOut = new Collection(store, 'twilio_sold_out', z.object({ atMs: z.number() }));
  }

  /** Up to `limit` numbers. Each search of the endless stock starts elsewhere on the shelf, so that buyers rarely choose the same number. */
  search(numberType: NumberType, matches: (number: StockNumber) => boolean, limit: number): StockNumber[] {
    const shelf = this.#shelf(numberType, limit).filter(matches);
    if (this.#list) return shelf.slice(0, limit);
    this.#searches += 1;
    const start = (this.#searches * 7) % Math.max(1, shelf.length);
    return [...shelf.slice(start), ...shelf.slice(0, start)].slice(0, limit);
  }

  /** The number as stock, if it is for sale now. */
  find(phoneNumber: string): StockNumber | undefined {
    if (this.#gone.get(phoneNumber)) return undefined;
    const numberType = this.#typeOf(phoneNumber);
    return numberType && describe(phoneNumber, numberType);
  }

  /** Takes a number out of the stock for ever: it was bought, by us or by somebody else. */
  take(phoneNumber: string): Promise<void> {
    return this.#gone.put(phoneNumber, { atMs: Date.now() });
  }

  /** Empties the shelf of one kind, or fills it again. */
  sellOut(numberType: NumberType, soldOut: boolean): Promise<void> {
    return soldOut ? this.#soldOut.put(numberType, { atMs: Date.now() }) : this.#soldOut.delete(numberType);
  }

  #shelf(numberType: NumberType, limit: number): StockNumber[] {
    const found: StockNumber[] = [];
    if (this.#soldOut.get(numberType)) return found;
    const wanted = Math.max(SHELF, limit * 2);
    for (const phoneNumber of this.#list ? this.#list[numberType] : endless(numberType)) {
      if (!this.#gone.get(phoneNumber)) found.push(describe(phoneNumber, numberType));
      if (!this.#list && found.length >= wanted) break;
    }
    return found;
  }

  #typeOf(phoneNumber: string): NumberType | undefined {
    if (!this.#list) return phoneNumber.startsWith(MOBILE) ? 'mobile' : phoneNumber.startsWith(LOCAL) ? 'local' : undefined;
    if (this.#list.mobile.includes(phoneNumber)) return 'mobile';
    return this.#list.local.includes(phoneNumber) ? 'local' : undefined;
  }
}

function describe(phoneNumber: string, numberType: NumberType): StockNumber {
  return { phoneNumber, numberType, sms: numberType === 'mobile' || Number(phoneNumber.at(-1)) % 2 === 0 };
}

function* endless(numberType: NumberType): Generator<string> {
  for (let index = 1; index <= NUMBERS; index += 1) {
    const digits = String((index * STEP) % NUMBERS).padStart(6, '0');
    yield numberType === 'mobile' ? MOBILE + digits : LOCAL + digits;
  }
}
