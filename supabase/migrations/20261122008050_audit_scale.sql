-- The audits with thousands of clients at once: one pass over the steps, and nothing is answered that nobody could call long.

create index messages_recovered_idx on public.messages (business_id) where recovered_at is not null;

-- As private.standing, for all runs in one pass. Left out: what has stood for less than half an hour, and clients who have had their link for less
-- than a week. An execution can fail behind the ledger's back, for a step whose answer was lost is done; since its alert it waits for the operator.
create or replace function public.audit_runs(p_now timestamptz) returns jsonb
language sql stable set search_path = '' as $$
  with steps as (
    select s.run_id, s.step, s.status, s.attempted_at, s.finished_at, s.position,
           max(s.finished_at) filter (where s.status = 'done') over (partition by s.run_id) as done_at
      from public.provisioning_steps s join public.provisioning_runs r on r.id = s.run_id and r.status = 'running'
  ), current as (
    select distinct on (run_id) * from steps where status <> 'done' order by run_id, position
  ), standing as (
    select r.id, r.invoice_number, r.execution_id, r.created_at, c.step, c.status, c.attempted_at, c.finished_at, c.done_at,
           case c.step when 'CheckLogin' then r.day1_at when 'CheckSmsActivity' then r.day3_at when 'FollowUp' then r.day7_at end as due_at
      from current c join public.provisioning_runs r on r.id = c.run_id
  ), waiting as (
    select s.*,
           case when s.status = 'failed' then 'operator' when s.status = 'waiting' then 'client'
                when s.status = 'pending' and s.due_at > p_now then 'schedule' else 'machine' end as waits_for,
           case when s.status in ('failed', 'waiting') then s.finished_at when s.status = 'running' then s.attempted_at
                else greatest(s.due_at, s.done_at, case when s.done_at is null then s.created_at end) end as since
      from standing s
  ), long as (
    select * from waiting
     where waits_for <> 'schedule' and since < p_now - case waits_for when 'client' then interval '7 days' else interval '30 minutes' end
  )
  select coalesce(jsonb_agg(jsonb_build_object('runId', l.id, 'invoiceNumber', l.invoice_number, 'step', l.step,
           'waitingFor', case when told.at is null then l.waits_for else 'operator' end, 'since', coalesce(told.at, l.since)) order by l.created_at), '[]')
    from long l
   cross join lateral (
      select max(n.sent_at) as at from public.operator_notices n
       where l.waits_for = 'machine' and n.sent_at >= l.since and starts_with(n.key, 'execution/' || l.execution_id || '/')) told
$$;
