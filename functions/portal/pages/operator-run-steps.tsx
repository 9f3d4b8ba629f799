import type { RunReport, StepReport } from '../../../shared/run-report';
import { duration } from '../local-time';
import { Table, Utc } from './operator-layout';

const ms = (milliseconds: number) =>
  milliseconds === 0 ? '–' : milliseconds < 1000 ? `${milliseconds} ms` : duration(milliseconds / 1000);

/** The nine steps with their evidence. */
export function Steps({ report }: { report: RunReport }) {
  return (
    <section>
      <h2>Checklist</h2>
      <Table label="Checklist" head={['Step', 'State', 'Attempts', 'Finished', 'Machine', 'Client', 'Operator', 'Evidence']}>
        {report.steps.map((step) => (
          <tr class={step.status === 'failed' ? 'stuck' : undefined}>
            <th scope="row">{step.step}</th>
            <td>{step.status}</td>
            <td>{step.attempts}</td>
            <td>
              <Utc time={step.finishedAt} />
            </td>
            <td>{ms(step.machineMs)}</td>
            <td>{ms(step.clientMs)}</td>
            <td>{ms(step.operatorMs)}</td>
            <td>
              <Evidence step={step} />
            </td>
          </tr>
        ))}
      </Table>
    </section>
  );
}

function Evidence({ step: { evidence, error, errorMessage } }: { step: StepReport }) {
  return (
    <ul class="plain">
      {error && (
        <li class="problem">
          {error}: {errorMessage}
        </li>
      )}
      {Object.entries(evidence).map(([name, value]) => (
        <li>
          {name}: {String(value)}
        </li>
      ))}
    </ul>
  );
}
