/** How the operator's commands ask a vendor: one request, an answer whatever the status, and nothing secret in what can go wrong. */
import { parseJson } from '../../shared/json';

/** `body` is parsed JSON, or the text if it is none. Status 0: there was no answer. */
export interface Answer {
  status: number;
  body: unknown;
}

export interface Question {
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string;
}

/** Asks under a base URL; `path` begins with a slash. Never throws. */
export type Ask = (path: string, question?: Question) => Promise<Answer>;

const TIMEOUT_MS = 10_000;

/** Requests with these headers to this base URL. */
export function askAt(baseUrl: string, headers: Record<string, string> = {}): Ask {
  return async (path, question = {}) => {
    try {
      const url = `${baseUrl.replace(/\/+$/, '')}${path}`;
      const request = { ...question, headers: { ...headers, ...question.headers }, signal: AbortSignal.timeout(TIMEOUT_MS) };
      const response = await fetch(url, request);
      const text = await response.text();
      return { status: response.status, body: parseJson(text) ?? text };
    } catch {
      return { status: 0, body: undefined };
    }
  };
}

/** `answered 503`, or that there was no answer. */
export function outcomeOf({ status }: Answer): string {
  return status === 0 ? 'gave no answer' : `answered ${status}`;
}

/** The Authorization header of HTTP's Basic scheme. */
export function basic(user: string, password: string): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}
