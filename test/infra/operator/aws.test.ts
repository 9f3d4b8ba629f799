import { askAws, elements } from '../../../infra/operator/aws';
import { signedHeaders } from '../../../infra/operator/aws-signature';
import { useAwsEndpoint } from '../../support/aws-environment';
import { deadUrl, scriptedServer } from '../../support/scripted-server';

const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

test('a signature is that of AWS’s published example', () => {
  const request = {
    method: 'GET',
    url: new URL('https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08'),
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    body: '',
  };
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
  const at = new Date('2015-08-30T12:36:00Z');
  const { authorization } = signedHeaders(request, { credentials, service: 'iam', region: 'us-east-1', at });
  expect(authorization).toContain('Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7');
});

test('asks at AWS_ENDPOINT_URL, or at a service’s own variable, and signs what is sent', async () => {
  const [all, queues] = [await scriptedServer(), await scriptedServer()];
  useAwsEndpoint(all.url);
  process.env['AWS_ENDPOINT_URL_SQS'] = `${queues.url}/sqs`;
  const ask = askAws(process.env);
  all.script({ status: 200, body: { ProductionAccessEnabled: true } }, { status: 200, body: '<Arn>arn:x</Arn>' });
  queues.script({ status: 400, body: { __type: 'QueueDoesNotExist' } });
  expect(await ask({ service: 'ses', path: '/v2/email/account' })).toEqual({ status: 200, body: { ProductionAccessEnabled: true } });
  const { body } = await ask({ service: 'sts', form: { Action: 'GetCallerIdentity', Version: '2011-06-15' } });
  expect(elements(body, 'Arn')).toEqual(['arn:x']);
  expect((await ask({ service: 'sqs', target: 'AmazonSQS.GetQueueUrl', json: { QueueName: 'q' } })).status).toBe(400);
  expect(all.requests.map(({ method, path, body: sent }) => [method, path, sent])).toEqual([
    ['GET', '/v2/email/account', ''],
    ['POST', '/', 'Action=GetCallerIdentity&Version=2011-06-15'],
  ]);
  expect(all.requests[0]!.headers.authorization).toMatch(/dummy-key-id\/\d{8}\/ap-southeast-2\/ses\/aws4_request/);
  expect(queues.requests[0]).toMatchObject({ path: '/sqs/', headers: { 'x-amz-target': 'AmazonSQS.GetQueueUrl' } });
  await all.close();
  await queues.close();
});

test('no answer is status 0', async () => {
  useAwsEndpoint(await deadUrl());
  expect(await askAws(process.env)({ service: 'lambda', path: '/2016-08-19/account-settings/' })).toEqual({ status: 0, body: undefined });
});
