import { randomBytes } from 'node:crypto';

/** The API's token names its execution, so that a dead token can be told from one that was never given. */
export function newToken(executionArn: string): string {
  return Buffer.from(JSON.stringify([executionArn, randomBytes(32).toString('base64url')])).toString('base64');
}

/** The execution that a task token belongs to, or undefined if the text is no token. */
export function executionOfToken(token: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, 'base64').toString());
    return Array.isArray(parsed) && typeof parsed[0] === 'string' ? parsed[0] : undefined;
  } catch {
    return undefined;
  }
}
