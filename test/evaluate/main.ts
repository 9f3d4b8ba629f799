/**
 * `npm run evaluate [-- --json] [--engine] [--transcripts]`: replays the corpus against a model and prints pass rates by property; the exit code says
 * whether they are good enough. The model: BEDROCK_MODEL_ID with the AWS credentials of the environment, else the laptop's own; `--engine`: none.
 */
import { replayAll } from './run';
import { ratesOf, reportOf } from './report';

async function main(): Promise<void> {
  const flags = new Set(process.argv.slice(2));
  const model = flags.has('--engine') ? 'none' : (process.env['BEDROCK_MODEL_ID'] ?? 'local');
  // The handlers' log lines are no part of the report.
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = () => true;
  const judged = await replayAll(model);
  process.stdout.write = write;
  const rates = ratesOf(judged);
  if (flags.has('--json')) process.stdout.write(`${JSON.stringify({ model, rates, conversations: judged }, undefined, 2)}\n`);
  else process.stdout.write(`${reportOf(judged, model)}\n`);
  if (flags.has('--transcripts'))
    for (const { trade, name, transcript } of judged)
      process.stdout.write(`\n## ${trade}: ${name}\n${transcript.map(({ lead, reply }) => `> ${lead}\n< ${reply ?? '-'}`).join('\n')}\n`);
  if (rates.some(({ isEnough }) => !isEnough)) process.exitCode = 1;
}

void main();
