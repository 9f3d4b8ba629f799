import { settleMail } from './desk';
import { type Endpoint, param } from './endpoint';
import { redriveRun, stopRun } from './executions';
import { MailWord, pageOf, read } from './requests';
import type { Room } from './room';
import { findExecution, findRun, listRuns } from './runs';
import { fillForm } from './sample-answers';

/** Executions, their forms and mails. */
export function runCalls(room: Room): Endpoint[] {
  return [
    {
      method: 'GET',
      path: '/runs',
      does: 'lists executions with their runs, newest first: ?status=FAILED&limit=50&offset=0',
      answer: async (c) => {
        const status = c.req.query('status');
        return c.json(
          pageOf(
            c,
            (await listRuns(room)).filter((run) => !status || run.status === status),
          ),
        );
      },
    },
    {
      method: 'GET',
      path: '/runs/:id',
      does: 'shows one, by run id, invoice id, invoice number or execution name: checklist, states, machine',
      answer: async (c) => c.json(await findRun(room, param(c, 'id'))),
    },
    {
      method: 'POST',
      path: '/runs/:id/redrive',
      does: 'redrives a failed, timed out or stopped execution from the step that failed',
      answer: async (c) => c.json(await redriveRun(room, param(c, 'id')), 202),
    },
    {
      method: 'POST',
      path: '/runs/:id/stop',
      does: 'stops a running execution',
      answer: async (c) => c.json(await stopRun(room, param(c, 'id')), 202),
    },
    {
      method: 'POST',
      path: '/runs/:id/fill-form',
      does: 'fills the onboarding form with sample answers and sends it, as the client would',
      answer: async (c) => c.json(await fillForm(room, param(c, 'id'))),
    },
    {
      method: 'POST',
      path: '/runs/:id/mails/:template',
      does: 'settles a mail that nobody knows went out: {decision: "was-sent" | "send-again"}; then redrive',
      answer: async (c) => {
        const { decision } = await read(c, MailWord);
        const { invoiceNumber } = await findExecution(room, param(c, 'id'));
        return c.json(await settleMail(room, { invoiceNumber, template: param(c, 'template'), decision }));
      },
    },
  ];
}
