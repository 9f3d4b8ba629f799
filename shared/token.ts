/** Unguessable ids for links: the link carries the token, the database only its hash. */
import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits, URL-safe, 43 characters. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** SHA-256 in hex. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
