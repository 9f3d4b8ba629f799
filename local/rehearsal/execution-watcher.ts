import { GetExecutionHistoryCommand, type HistoryEvent, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { sopSteps } from '../../shared/run';

const POLL_MS = 100;
const clock = new Intl.DateTimeFormat('en-AU', {
  timeZone: 'Australia/Sydney',
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hour12: false,
});

/** Says each state of every new execution as it is left, read through the Step Functions API as anybody could. */
export class ExecutionWatcher {
  readonly #client: SFNClient;
  readonly #stateMachineArn: string;
  readonly #say: (line: string) => void;
  /** Execution ARN → id of the last event that was told. */
  readonly #told = new Map<string, number>();
  #stopped = false;
  #watching: Promise<void> | undefined;

  constructor({ url, stateMachineArn, say }: { url: string; stateMachineArn: string; say: (line: string) => void }) {
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    this.#client = new SFNClient({ endpoint: url, region: 'ap-southeast-2', credentials });
    this.#stateMachineArn = stateMachineArn;
    this.#say = say;
  }

  /** From here on; what has happened before is not told. */
  async start(): Promise<void> {
    for (const arn of await this.#executions()) this.#told.set(arn, Number.MAX_SAFE_INTEGER);
    this.#watching = this.#watch();
  }

  /** Tells what is left to tell and stops. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#watching;
    await this.#tellAll();
    this.#client.destroy();
  }

  async #watch(): Promise<void> {
    while (!this.#stopped) {
      await this.#tellAll();
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  async #tellAll(): Promise<void> {
    for (const arn of await this.#executions()) {
      const told = this.#told.get(arn) ?? 0;
      if (told === Number.MAX_SAFE_INTEGER) continue;
      const { events = [] } = await this.#client.send(
        new GetExecutionHistoryCommand({ executionArn: arn, maxResults: 1000, includeExecutionData: false }),
      );
      for (const event of events) if ((event.id ?? 0) > told) this.#tell(event);
      this.#told.set(arn, events.at(-1)?.id ?? told);
    }
  }

  async #executions(): Promise<string[]> {
    const { executions = [] } = await this.#client.send(
      new ListExecutionsCommand({ stateMachineArn: this.#stateMachineArn, maxResults: 100 }),
    );
    return executions.flatMap(({ executionArn }) => executionArn ?? []);
  }

  #tell(event: HistoryEvent): void {
    const line = lineOf(event);
    if (line) this.#say(`  ${clock.format(event.timestamp ?? new Date()).padEnd(21)} ${line}`);
  }
}

function lineOf({
  type,
  stateExitedEventDetails,
  stateEnteredEventDetails,
  taskFailedEventDetails,
  executionFailedEventDetails,
}: HistoryEvent): string | undefined {
  switch (type) {
    case 'TaskStateExited':
      return `✓ ${sopNumber(stateExitedEventDetails?.name)} ${stateExitedEventDetails?.name}`;
    case 'WaitStateEntered':
      return `… ${sopNumber(stateEnteredEventDetails?.name)} ${stateEnteredEventDetails?.name}`;
    case 'TaskFailed':
      return `↻   ${taskFailedEventDetails?.error}, tried again`;
    case 'ExecutionFailed':
      return `✗   failed: ${executionFailedEventDetails?.error}`;
    case 'ExecutionSucceeded':
      return '✓   complete';
    default:
      return undefined;
  }
}

/** The SOP's number of a state; Waits belong to step 9. */
function sopNumber(state = ''): string {
  const found = sopSteps.find(({ steps }) => steps.some((name) => name === state));
  return String(found?.number ?? 9);
}
