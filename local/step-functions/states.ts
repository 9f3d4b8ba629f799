import { z } from 'zod';
import { compileCondition } from './choice';
import { DefinitionError } from './errors';
import { isObject } from './json';
import { compileInsert, compilePath } from './paths';
import { ErrorNames, hasMisplacedCatchAll, Retrier } from './retry';
import { compileExpression, compileTemplate } from './template';

/**
 * The Amazon States Language that this interpreter implements, as schemas: parsing a definition compiles it.
 * Objects are strict, so that a field which is not listed is refused instead of ignored. https://states-language.net/spec.html
 */
function compiled<In, Out>(schema: z.ZodType<In>, compile: (source: In) => Out) {
  return schema.transform((source, context) => {
    try {
      return compile(source);
    } catch (cause) {
      if (!(cause instanceof DefinitionError)) throw cause;
      context.addIssue({ code: 'custom', message: cause.message });
      return z.NEVER;
    }
  });
}

const path = compiled(z.string(), compilePath);
const insert = compiled(z.string(), compileInsert);
const template = compiled(z.unknown(), compileTemplate);
const expression = (field: string) => compiled(z.string(), (source) => compileExpression(source, field));
const seconds = z.int().min(1).max(99_999_999);

/** A Catch entry. */
const Catcher = z.strictObject({
  Comment: z.string().optional(),
  ErrorEquals: ErrorNames,
  Next: z.string(),
  ResultPath: insert.nullable().optional(),
});

const common = { Comment: z.string().optional(), QueryLanguage: z.literal('JSONPath').optional() };
const inOut = { InputPath: path.nullable().optional(), OutputPath: path.nullable().optional() };
const transition = { Next: z.string().optional(), End: z.boolean().optional() };
const result = { ResultPath: insert.nullable().optional(), ResultSelector: template.optional() };
const recovery = {
  Retry: z
    .array(Retrier)
    .refine((entries) => !hasMisplacedCatchAll(entries), 'States.ALL must be alone and last')
    .optional(),
  Catch: z
    .array(Catcher)
    .refine((entries) => !hasMisplacedCatchAll(entries), 'States.ALL must be alone and last')
    .optional(),
};

const exclusive = (fields: string[]) => ({
  check: (state: object) => fields.filter((field) => Object.hasOwn(state, field)).length <= 1,
  params: { message: `at most one of ${fields.join(', ')} is allowed`, path: [fields[0] ?? ''] },
});

const Pass = z.strictObject({
  Type: z.literal('Pass'),
  ...common,
  ...inOut,
  ...transition,
  Parameters: template.optional(),
  Result: z.unknown().optional(),
  ResultPath: result.ResultPath,
});

const Succeed = z.strictObject({ Type: z.literal('Succeed'), ...common, ...inOut });

const errorFields = exclusive(['Error', 'ErrorPath']);
const causeFields = exclusive(['Cause', 'CausePath']);
const Fail = z
  .strictObject({
    Type: z.literal('Fail'),
    ...common,
    Error: z.string().optional(),
    ErrorPath: expression('ErrorPath').optional(),
    Cause: z.string().optional(),
    CausePath: expression('CausePath').optional(),
  })
  .refine(errorFields.check, errorFields.params)
  .refine(causeFields.check, causeFields.params);

const Rule = compiled(z.record(z.string(), z.unknown()), ({ Next, Comment: _comment, ...condition }) => {
  if (typeof Next !== 'string') throw new DefinitionError("a Choice rule needs a 'Next'");
  return { Next, holds: compileCondition(condition) };
});
const Choice = z.strictObject({
  Type: z.literal('Choice'),
  ...common,
  ...inOut,
  Choices: z.array(Rule).min(1),
  Default: z.string().optional(),
});

const waits = ['Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath'];
const Wait = z
  .strictObject({
    Type: z.literal('Wait'),
    ...common,
    ...inOut,
    ...transition,
    Seconds: z.int().min(0).max(99_999_999).optional(),
    SecondsPath: path.optional(),
    Timestamp: z.iso.datetime({ offset: true }).optional(),
    TimestampPath: path.optional(),
  })
  .refine((state) => waits.filter((field) => Object.hasOwn(state, field)).length === 1, {
    message: `exactly one of ${waits.join(', ')} is needed`,
    path: ['Seconds'],
  });

/** The resources of a Task that are implemented: `lambda:invoke`, its callback form, and a bare function ARN. */
export const LAMBDA_INVOKE = 'arn:aws:states:::lambda:invoke';
export const LAMBDA_CALLBACK = 'arn:aws:states:::lambda:invoke.waitForTaskToken';
const FUNCTION_ARN = /^arn:aws:lambda:[a-z0-9-]+:\d{12}:function:[\w-]+(:[\w$-]+)?$/;

const INVOKE_FIELDS = new Set(['FunctionName', 'FunctionName.$', 'Payload', 'Payload.$']);
const timeoutFields = exclusive(['TimeoutSeconds', 'TimeoutSecondsPath']);
const heartbeatFields = exclusive(['HeartbeatSeconds', 'HeartbeatSecondsPath']);
const Task = z
  .strictObject({
    Type: z.literal('Task'),
    ...common,
    ...inOut,
    ...transition,
    ...result,
    ...recovery,
    Resource: z
      .string()
      .refine((arn) => arn === LAMBDA_INVOKE || arn === LAMBDA_CALLBACK || FUNCTION_ARN.test(arn), 'this resource is not implemented'),
    Parameters: template.optional(),
    TimeoutSeconds: seconds.optional(),
    TimeoutSecondsPath: path.optional(),
    HeartbeatSeconds: seconds.optional(),
    HeartbeatSecondsPath: path.optional(),
  })
  .refine(timeoutFields.check, timeoutFields.params)
  .refine(heartbeatFields.check, heartbeatFields.params)
  .superRefine((task, context) => {
    const refuse = (field: string, message: string) => context.addIssue({ code: 'custom', path: [field], message });
    const { HeartbeatSeconds, HeartbeatSecondsPath, TimeoutSeconds } = task;
    if ((HeartbeatSeconds ?? HeartbeatSecondsPath) !== undefined && task.Resource !== LAMBDA_CALLBACK)
      refuse('HeartbeatSeconds', 'is implemented for .waitForTaskToken only');
    if (HeartbeatSeconds !== undefined && HeartbeatSeconds >= (TimeoutSeconds ?? Number.POSITIVE_INFINITY))
      refuse('HeartbeatSeconds', 'must be smaller than TimeoutSeconds');
    if (FUNCTION_ARN.test(task.Resource)) return;
    const parameters = isObject(task.Parameters?.source) ? task.Parameters.source : {};
    const names = Object.keys(parameters);
    for (const name of names) if (!INVOKE_FIELDS.has(name)) refuse(`Parameters.${name}`, 'is not implemented');
    if (!names.some((name) => name.startsWith('FunctionName'))) refuse('Parameters.FunctionName', 'is needed');
  });

const Parallel = z.strictObject({
  Type: z.literal('Parallel'),
  ...common,
  ...inOut,
  ...transition,
  ...result,
  ...recovery,
  Parameters: template.optional(),
  Branches: z.array(z.lazy((): z.ZodType<Flow> => Flow)).min(1),
});

/** Any state that is implemented; Map is not. */
export const State = z.discriminatedUnion('Type', [Pass, Succeed, Fail, Choice, Wait, Task, Parallel]);
export type State = z.infer<typeof State>;
export type TaskState = z.infer<typeof Task>;
export type ParallelState = z.infer<typeof Parallel>;
export type WaitState = z.infer<typeof Wait>;

/** Whether the Task is a `lambda:invoke`, with or without a token, rather than a bare function ARN. */
export function isInvoke({ Resource }: Pick<TaskState, 'Resource'>): boolean {
  return Resource === LAMBDA_INVOKE || Resource === LAMBDA_CALLBACK;
}

/** States with a start: a whole machine, or one branch of a Parallel. */
export interface Flow {
  StartAt: string;
  States: Record<string, State>;
}

const flow = {
  Comment: z.string().optional(),
  QueryLanguage: z.literal('JSONPath').optional(),
  StartAt: z.string(),
  States: z.record(z.string().min(1).max(80), State),
};
const Flow: z.ZodType<Flow> = z.strictObject(flow).superRefine(checkLinks);

/** A whole state machine, compiled. */
export const Program = z
  .strictObject({ ...flow, Version: z.literal('1.0').optional(), TimeoutSeconds: seconds.optional() })
  .superRefine(checkLinks);
export type Program = z.infer<typeof Program>;

function checkLinks(flow: Flow, context: z.core.$RefinementCtx): void {
  const refuse = (at: string[], message: string) => context.addIssue({ code: 'custom', path: at, message });
  const link = (target: string | undefined, at: string[]) => {
    if (target !== undefined && !Object.hasOwn(flow.States, target)) refuse(at, `there is no state '${target}'`);
  };
  link(flow.StartAt, ['StartAt']);
  for (const [name, state] of Object.entries(flow.States)) {
    const at = (field: string) => ['States', name, field];
    if (state.Type === 'Choice') {
      for (const rule of state.Choices) link(rule.Next, at('Choices'));
      link(state.Default, at('Default'));
    }
    if ('Catch' in state) for (const catcher of state.Catch ?? []) link(catcher.Next, at('Catch'));
    if (state.Type === 'Choice' || state.Type === 'Succeed' || state.Type === 'Fail') continue;
    link(state.Next, at('Next'));
    if ((state.Next === undefined) === (state.End !== true)) refuse(at('Next'), 'exactly one of Next and "End": true is needed');
  }
}
