import { createLogin } from '../../functions/create-login';
import { TransientError } from '../../shared/errors';
import { aForm, aRun, runId, userId } from '../fakes/a-run';
import { fakeIdentity } from '../fakes/identity';
import { fakeLogins } from '../fakes/logins';

type Users = { userId: string; email: string }[];

function services(
  users: Users = [],
  scripts: { logins?: Parameters<typeof fakeLogins>[0]; identity?: Parameters<typeof fakeIdentity>[0] } = {},
) {
  return { identity: fakeIdentity({ users, ...scripts.identity }), logins: fakeLogins({ users, ...scripts.logins }) };
}
const email = aForm().email;
const run = aRun({ login: null });

test('makes a user who becomes the owner of the business', async () => {
  const users: Users = [];
  const { logins, identity } = services(users);
  const { evidence } = await createLogin(run, { logins, identity });
  expect(users).toEqual([{ userId: evidence.userId, email }]);
  expect(evidence.existedBefore).toBe(false);
  expect(logins.owners.get(runId)).toBe(evidence.userId);
});

test('gives somebody who signs in here already a second membership and no second user', async () => {
  const users = [{ userId, email }];
  const { logins, identity } = services(users);
  expect(await createLogin(run, { logins, identity })).toEqual({ evidence: { userId, existedBefore: true } });
  expect(users).toHaveLength(1);
  expect(logins.owners.get(runId)).toBe(userId);
});

test.each([
  ['plan', { logins: { loseResponseOf: 'plan' as const } }],
  ['createUser', { identity: { loseResponseOf: 'createUser' as const } }],
  ['record', { logins: { loseResponseOf: 'record' as const } }],
])('makes one user, who is new, though the response to %s is lost', async (_, scripts) => {
  const users: Users = [];
  const parts = services(users, scripts);
  await expect(createLogin(run, parts)).rejects.toMatchObject({ name: 'TransientError' });
  const { evidence } = await createLogin(run, parts);
  expect(users).toEqual([{ userId: evidence.userId, email }]);
  expect(evidence.existedBefore).toBe(false);
});

test('stops when Auth knows the address and nobody can be found', async () => {
  const { logins, identity } = services();
  identity.createUser = async () => 'exists';
  await expect(createLogin(run, { logins, identity })).rejects.toMatchObject({ name: 'LoginConflict' });
});

test('leaves the address out of what the operator reads', async () => {
  const { logins, identity } = services();
  identity.createUser = async () => 'exists';
  await expect(createLogin(run, { logins, identity })).rejects.toMatchObject({ message: expect.not.stringContaining('@') });
});

test('records nothing while Auth is down', async () => {
  const { logins, identity } = services([], { identity: { failures: { createUser: [new TransientError('down')] } } });
  await expect(createLogin(run, { logins, identity })).rejects.toMatchObject({ name: 'TransientError' });
  expect(logins.owners.size).toBe(0);
});

test('stops when there is no form', async () => {
  await expect(createLogin(aRun({ onboarding: null }), services())).rejects.toMatchObject({ name: 'BusinessDataMissing' });
});
