/** What the control room does not do, in words that say what to do instead. `problems`: by the name of the field. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: 400 | 403 | 404 | 405 | 409 | 413 | 415 | 502;
  readonly problems: Record<string, string>;

  constructor(status: Refusal['status'], message: string, problems: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.problems = problems;
  }
}
