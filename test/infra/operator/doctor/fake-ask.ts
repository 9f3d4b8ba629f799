import type { Answer, Ask } from '../../../../infra/operator/ask';
import type { AskAws, AwsCall } from '../../../../infra/operator/aws';
import { type Check, examine, type Report } from '../../../../infra/operator/doctor/check';

/** Answers by path: a number is a status without body, anything else a body with 200. What is not listed answers 404. */
export function answering(answers: Record<string, unknown>): Ask {
  return async (path) => answerOf(answers[path]);
}

const answerOf = (given: unknown): Answer => {
  if (given === undefined) return { status: 404, body: undefined };
  return typeof given === 'number' ? { status: given, body: undefined } : { status: 200, body: given };
};

const key = (call: AwsCall) => ('path' in call ? call.path : 'target' in call ? call.target : (call.form['Action'] ?? ''));

/** Answers AWS calls by path, target or action. */
export function awsAnswering(answers: Record<string, unknown>): AskAws {
  return async (call) => answerOf(answers[key(call)]);
}

/** The report's line of one check. */
export async function lineOf(checks: Check[], name: string): Promise<Report> {
  const chosen = checks.filter((check) => check.name === name);
  if (chosen.length !== 1) throw new Error(`there are ${chosen.length} checks named ${name}`);
  const [report] = await examine(chosen);
  return report!;
}
