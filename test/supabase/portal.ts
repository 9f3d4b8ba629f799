/** Two tenants as test/supabase/a-business.ts makes them, each with an owner and a member, and an operator. */
import { randomUUID } from 'node:crypto';
import { type MemberDatabase } from '../../functions/portal/member/database';
import { type Member, memberOf } from '../../functions/portal/member/member';
import { type Operator, operatorOf } from '../../functions/portal/operator/operator';
import { aTenant, type Tenant } from './a-business';
import { member, migratedPostgres, type Postgres, type Role } from './postgres';

/** A Sunday: 11:00 in Sydney, 08:00 in Perth. */
export const sunday = '2026-11-22T00:00:00Z';

/** The member module on real SQL, as this person. */
export function databaseAs({ rpc }: Postgres, as: Role): MemberDatabase {
  return {
    async call(name, args, answer) {
      const sent = Object.fromEntries(
        Object.entries(args).map(([key, part]) => [key, part !== null && typeof part === 'object' ? JSON.stringify(part) : part]),
      );
      const answered = await rpc(name, sent, as);
      // As PostgREST writes it: times as text, and void as null.
      return answer.parse(answered === '' ? null : JSON.parse(JSON.stringify(answered)));
    },
  };
}

export async function aUser({ query }: Postgres, email: string): Promise<string> {
  const userId = randomUUID();
  await query('insert into auth.users (id, email) values ($1, $2)', [userId, email]);
  return userId;
}

export interface Portal {
  postgres: Postgres;
  mine: Tenant;
  theirs: Tenant;
  /** Of `mine`. */
  ownerRole: Role;
  memberRole: Role;
  memberId: string;
  /** Of `theirs`. */
  otherRole: Role;
  operatorRole: Role;
  operatorId: string;
  owner: Member;
  staff: Member;
  other: Member;
  operator: Operator;
  nobody: Operator;
  /** A lead of `mine` with one text. */
  aLead(phone: string, changes?: { at?: string; body?: string; label?: 'is_test' | 'is_demo' | 'is_trial' }): Promise<string>;
  aText(leadId: string, text: { direction: 'inbound' | 'outbound'; at: string; body?: string }): Promise<number>;
}

/** `database`: an empty one with our migrations, for whoever has one. */
export async function aPortal(database?: Postgres): Promise<Portal> {
  const postgres = database ?? (await migratedPostgres());
  const mine = await aTenant(postgres, 1);
  const theirs = await aTenant(postgres, 2);
  const memberId = await aUser(postgres, 'member@example.com');
  const operatorId = await aUser(postgres, 'maya@coresentia.example');
  await postgres.query(`insert into public.business_members (business_id, user_id, role, created_at) values ($1, $2, 'staff', $3)`, [
    mine.businessId,
    memberId,
    sunday,
  ]);
  await postgres.query(`insert into public.operators (user_id, name, created_at) values ($1, 'Maya', $2)`, [operatorId, sunday]);
  const roles = {
    ownerRole: member(mine.userId),
    memberRole: member(memberId),
    otherRole: member(theirs.userId),
    operatorRole: member(operatorId),
  };
  const as = (role: Role) => databaseAs(postgres, role);
  let sids = 0;
  const portal: Portal = {
    postgres,
    mine,
    theirs,
    ...roles,
    memberId,
    operatorId,
    owner: memberOf(as(roles.ownerRole)),
    staff: memberOf(as(roles.memberRole)),
    other: memberOf(as(roles.otherRole)),
    operator: operatorOf(as(roles.operatorRole)),
    nobody: operatorOf(as(roles.ownerRole)),
    async aLead(phone, { at = sunday, body = 'Hello there', label } = {}) {
      const [row] = await postgres.query(
        `insert into public.leads (business_id, phone, created_at, last_message_at${label ? `, ${label}` : ''}) values ($1, $2, $3, $3${label ? ', true' : ''}) returning id`,
        [mine.businessId, phone, at],
      );
      await portal.aText(String(row?.id), { direction: 'inbound', at, body });
      return String(row?.id);
    },
    async aText(leadId, { direction, at, body = 'text' }) {
      sids += 1;
      const [row] = await postgres.query(
        `insert into public.messages (business_id, lead_id, direction, body, message_sid, created_at)
         select business_id, id, $2, $3, $4, $5 from public.leads where id = $1 returning id`,
        [leadId, direction, body, `SM-portal-${sids}`, at],
      );
      return Number(row?.id);
    },
  };
  return portal;
}

/** Sets what `new Date()` says; sockets and timers stay real. */
export function setClock(time: string): void {
  jest.useFakeTimers({
    now: new Date(time),
    doNotFake: [
      'nextTick',
      'queueMicrotask',
      'setImmediate',
      'setTimeout',
      'setInterval',
      'performance',
      'hrtime',
      'clearImmediate',
      'clearInterval',
      'clearTimeout',
    ],
  });
}
