import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import { type Faults, playFaults } from '../kernel/faults';
import { actions } from './actions';
import type { Engine } from './engine';
import { ServiceError } from './errors';

const TARGET = 'AWSStepFunctions.';

/** The AWS JSON 1.0 protocol: POST / with `X-Amz-Target: AWSStepFunctions.<Action>`, errors as `__type` and message. */
export function stepFunctionsApp(engine: Engine, faults: Faults): Hono {
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    context.header('x-amzn-RequestId', randomUUID());
    context.header('Content-Type', 'application/x-amz-json-1.0');
  });
  app.use(
    playFaults(faults, {
      vendor: 'stepfunctions',
      callOf: (context) => actionName(context.req.header('x-amz-target')),
      rateLimited: () => errorResponse('ThrottlingException', 'Rate exceeded'),
      serverError: () => errorResponse('InternalServerException', 'Internal failure', 500),
      rejected: (_context, code = 'ValidationException') => errorResponse(code, 'rejected'),
    }),
  );
  app.post('/', async (context) => {
    const action = actions.get(actionName(context.req.header('x-amz-target')));
    if (!action) return errorResponse('UnknownOperationException', 'this operation is not implemented');
    return Response.json(await action(engine, parseBody(await context.req.text())));
  });
  app.onError((cause) => {
    if (cause instanceof ServiceError) return errorResponse(cause.code, cause.message);
    return errorResponse('InternalServerException', cause.message, 500);
  });
  return app;
}

function actionName(target = ''): string {
  return target.startsWith(TARGET) ? target.slice(TARGET.length) : target;
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text === '' ? '{}' : text);
  } catch {
    throw new ServiceError('SerializationException', 'the body is not JSON');
  }
}

function errorResponse(code: string, message: string, status = 400): Response {
  return Response.json({ __type: code, message }, { status, headers: { 'x-amzn-ErrorType': code } });
}
