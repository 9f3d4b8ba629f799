-- The operator's board says what is so: an execution that has ended waits for the operator whatever the ledger last heard, one that is still
-- retried does not; time that a failed step stands is the operator's; and no page grows beyond 100 KB.

-- One look per run, whatever the database's collation.
create index operator_notices_key_idx on public.operator_notices (key collate "C");

-- As before, and: an alert of the execution's end since it came to stand there makes it the operator's (a function that died tells the ledger nothing,
-- and a stopped wait has nobody to tell). A failure that a retrier takes up again is still the machine's: at most 60 s later for what is
-- transient (15 s for a reply), 15 min for a mail.
create or replace function private.standing(p_run public.provisioning_runs, p_now timestamptz) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('waitingFor', x.waits_for, 'since', x.since, 'sinceMs', private.ms(x.since, p_now),
    'isStuck', coalesce(case x.waits_for when 'operator' then true when 'client' then x.since < p_now - interval '7 days'
      when 'machine' then x.since < p_now - interval '30 minutes' end, false))
  from (
    select s.error, s.stood_at,
      case
        when p_run.status <> 'running' or s.step is null then null
        when s.status = 'failed' then 'operator'
        when s.status = 'waiting' then 'client'
        when s.status = 'pending' and s.due_at > p_now then 'schedule'
        else 'machine' end as waits_for,
      case
        when p_run.status <> 'running' or s.step is null then null
        when s.status = 'pending' then greatest(s.due_at, s.stood_at)
        else s.stood_at end as since
      from (select 1) one
      left join lateral (
        select o.step, o.status, o.error,
               case o.step when 'CheckLogin' then p_run.day1_at when 'CheckSmsActivity' then p_run.day3_at when 'FollowUp' then p_run.day7_at end as due_at,
               case when o.status in ('failed', 'waiting') then o.finished_at when o.status = 'running' then o.attempted_at
                 else coalesce((select max(d.finished_at) from public.provisioning_steps d where d.run_id = p_run.id and d.status = 'done'),
                        p_run.created_at) end as stood_at
          from public.provisioning_steps o
         where o.run_id = p_run.id and o.status <> 'done' order by o.position limit 1) s on true) w
  cross join lateral (
    select max(n.sent_at) as at from public.operator_notices n
     where w.waits_for is not null and n.sent_at >= w.stood_at
       and n.key collate "C" >= 'execution/' || p_run.execution_id || '/' and n.key collate "C" < 'execution/' || p_run.execution_id || '0') told
  cross join lateral (
    select case
        when w.waits_for = 'operator' and told.at is null and w.stood_at > p_now - case
               when w.error in ('TransientError', 'ReplyPending') then interval '75 seconds'
               when w.error = 'EmailUnconfirmed' then interval '16 minutes' else interval '0' end then 'machine'
        when told.at is not null then 'operator'
        else w.waits_for end as waits_for,
      case when w.waits_for = 'operator' then w.since else coalesce(told.at, w.since) end as since) x
$$;

-- As before, and: the step that stands at the operator counts as the operator's time while it does, and a cancelled run's time is over.
create or replace function public.run_detail(p_run_id uuid, p_now timestamptz) returns jsonb
language sql stable set search_path = '' as $$
  select private.run_summary(r) || jsonb_build_object(
    'invoiceId', r.invoice_id,
    'checksScheduled', case when r.day1_at is not null then
      jsonb_build_object('day1At', r.day1_at, 'day3At', r.day3_at, 'day7At', r.day7_at) end,
    'steps', (
      select jsonb_agg(jsonb_build_object(
          'step', s.step, 'status', s.status, 'attempts', s.attempts, 'startedAt', s.started_at, 'finishedAt', s.finished_at,
          'evidence', coalesce(s.evidence, '{}'), 'error', s.error, 'errorMessage', s.error_message,
          'machineMs', s.machine_ms,
          'operatorMs', s.operator_ms + case when s.status in ('failed', 'running') and standing ->> 'waitingFor' = 'operator'
            then private.ms((standing ->> 'since')::timestamptz, over.at) else 0 end,
          'clientMs', s.client_ms + case when s.status = 'waiting' then private.ms(s.finished_at, over.at) else 0 end)
        order by s.position)
        from public.provisioning_steps s where s.run_id = r.id),
    'corrections', coalesce((
      select jsonb_agg(jsonb_build_object('at', a.at, 'actor', a.actor, 'action', a.action, 'detail', a.detail) order by a.id)
        from public.audit_log a where a.run_id = r.id or a.invoice_id = r.invoice_id), '[]'),
    'notes', r.notes,
    'elapsedMs', private.ms(r.created_at, coalesce(
      (select s.finished_at from public.provisioning_steps s where s.run_id = r.id and s.step = 'SendWelcome' and s.status = 'done'), over.at)))
  from public.provisioning_runs r
  cross join lateral (
    select coalesce(case when r.status = 'cancelled' then
      (select max(o.started_at) from public.offboardings o where o.run_id = r.id and o.undone_at is null) end, p_now) as at) over
  cross join lateral private.standing(r, p_now) standing
  where r.id = p_run_id
$$;

-- As before, the stuck ones first; `oddAnswers`: the form looks odd and nobody has looked at it yet.
create or replace function public.operator_board(p_search text, p_stuck boolean, p_page integer, p_now timestamptz) returns jsonb
language sql stable security definer set search_path = '' as $$
  with matching as materialized (
    select r.id, r.created_at, standing, (standing ->> 'isStuck')::boolean as is_stuck
      from public.provisioning_runs r join public.clients c on c.id = r.client_id
      cross join lateral private.standing(r, p_now) standing
     where private.operator_name() is not null and (
       coalesce(btrim(p_search), '') = ''
        or concat_ws(' ', c.name, c.email, r.invoice_number,
             (select o.business_name from public.client_onboarding o where o.business_id = r.business_id and o.form is not null),
             (select n.e164 from public.phone_numbers n where n.run_id = r.id and n.state <> 'released'))
           ilike '%' || regexp_replace(btrim(p_search), '([\\%_])', '\\\1', 'g') || '%')
  ), page as (
    select m.* from matching m where m.is_stuck or not coalesce(p_stuck, false)
     order by m.is_stuck desc, m.created_at desc, m.id limit 50 offset 50::bigint * greatest(0, least(coalesce(p_page, 1), 100000) - 1)
  )
  select jsonb_build_object('operatorName', private.operator_name(), 'pageSize', 50,
    'total', (select count(*) from matching), 'stuck', (select count(*) from matching m where m.is_stuck),
    'runs', coalesce((
      select jsonb_agg(private.run_summary(r) || jsonb_build_object('standing', p.standing,
               'unsettledMails', private.unsettled_mails(r.id, p_now),
               'oddAnswers', case when r.form_reviewed_at is null then coalesce((
                 select (s.evidence ->> 'oddities')::integer from public.provisioning_steps s where s.run_id = r.id and s.step = 'ReviewOnboarding'), 0)
                 else 0 end,
               'walkthrough', (
                 select jsonb_build_object('steps', count(*), 'done', count(*) filter (where s ->> 'status' = 'done'),
                          'skipped', count(*) filter (where s ->> 'status' = 'skipped'))
                   from public.business_members m, lateral jsonb_array_elements(private.walkthrough(m.business_id, m.user_id)) s
                  where m.business_id = r.business_id and m.role = 'owner'
                 having count(*) > 0))
               order by p.is_stuck desc, r.created_at desc, r.id)
        from page p join public.provisioning_runs r on r.id = p.id), '[]'))
   where private.operator_name() is not null
$$;

-- As before, with what the alert of a failure says of the run, and the address that signs in.
create or replace function public.operator_run(p_run_id uuid, p_now timestamptz) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object(
    'operatorName', private.operator_name(),
    'report', public.run_detail(r.id, p_now),
    'standing', private.standing(r, p_now),
    'failedRun', public.failed_run(r.execution_id),
    'client', (select jsonb_build_object('name', c.name, 'firstName', c.first_name, 'email', c.email, 'phone', c.phone, 'status', c.status)
                 from public.clients c where c.id = r.client_id),
    'submission', (
      select jsonb_build_object('form', o.form, 'submittedAt', o.submitted_at, 'updatedAt', o.updated_at, 'reviewedAt', r.form_reviewed_at,
               'reviewedBy', r.form_reviewed_by)
        from public.client_onboarding o where o.business_id = r.business_id and o.form is not null),
    'canInvite', r.status = 'running' and r.business_id is null and r.form_closed_at is null,
    'canSignIn', r.login_user_id is not null,
    'loginEmail', private.email_of(r.login_user_id),
    'mails', coalesce((
      select jsonb_agg(jsonb_build_object('id', m.id, 'template', m.template, 'status', m.status, 'claimedAt', m.claimed_at, 'sentAt', m.sent_at,
               'deliveredAt', m.delivered_at, 'bouncedAt', m.bounced_at, 'settledBy', m.settled_by,
               'needsWord', m.status = 'unknown' or (m.status = 'claimed' and m.claimed_at < p_now - interval '1 minute')) order by m.claimed_at, m.id)
        from public.email_messages m where m.run_id = r.id), '[]'),
    'walkthroughs', private.walkthroughs(r.business_id),
    'watch', private.watch(r.business_id, p_now),
    'access', (
      select g.expires_at from public.access_grants g
       where g.business_id = r.business_id and g.revoked_at is null and g.expires_at > p_now order by g.expires_at desc limit 1))
    from public.provisioning_runs r
   where r.id = p_run_id and private.operator_name() is not null
$$;

-- The thirty with the most to watch; `total`: with anything.
create or replace function public.operator_watch_list(p_now timestamptz) returns jsonb
language sql stable security definer set search_path = '' as $$
  with watched as materialized (
    select b.id, coalesce(b.business_name, '') as business_name, b.run_id, x.watch,
           (select sum(v.value::numeric) from jsonb_each_text(x.watch) v) as weight
      from public.businesses b cross join lateral (select private.watch(b.id, p_now) as watch) x
     where private.operator_name() is not null
  )
  select jsonb_build_object('operatorName', private.operator_name(), 'total', (select count(*) from watched w where w.weight > 0),
    'businesses', coalesce((
      select jsonb_agg(jsonb_build_object('businessId', w.id, 'businessName', w.business_name, 'runId', w.run_id, 'watch', w.watch)
               order by w.weight desc, w.business_name)
        from (select * from watched where weight > 0 order by weight desc, business_name limit 30) w), '[]'))
   where private.operator_name() is not null
$$;

-- The sixty newest that are open, and the thirty that were resolved last; `openTotal`: all that are open.
create or replace function public.operator_audits(p_now timestamptz) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('operatorName', private.operator_name(),
    'openTotal', (select count(*) from public.audit_findings f where f.resolved_at is null),
    'open', (
      select coalesce(jsonb_agg(private.finding_json(f) order by f.first_seen_at desc, f.kind, f.subject), '[]')
        from (select * from public.audit_findings where resolved_at is null order by first_seen_at desc, kind, subject limit 60) f),
    'resolved', (
      select coalesce(jsonb_agg(private.finding_json(f) order by f.resolved_at desc, f.kind, f.subject), '[]')
        from (select * from public.audit_findings where resolved_at > p_now - interval '30 days' order by resolved_at desc limit 30) f),
    'rounds', (select coalesce(jsonb_object_agg(r.audit, r.ended_at), '{}') from public.audit_rounds r))
   where private.operator_name() is not null
$$;

-- The newest 50 texts, or those before `p_before` (a message's id), oldest first. The one without it stays for the release before.
create function public.operator_thread(p_business_id uuid, p_lead_id uuid, p_before bigint, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  lead public.leads;
  page_size constant integer := 50;
begin
  if not private.has_access(p_business_id, p_now) then return null; end if;
  select * into lead from public.leads l where l.id = p_lead_id and l.business_id = p_business_id;
  if lead.id is null then return null; end if;
  perform private.operator_audit('CoreSentia read a conversation', null, p_business_id, jsonb_build_object('leadId', lead.id), p_now);
  return jsonb_build_object('operatorName', private.operator_name(), 'lead', private.lead_json(lead),
    'businessName', (select b.business_name from public.businesses b where b.id = p_business_id),
    'hasEarlier', exists (
      select from public.messages m where m.lead_id = lead.id and (p_before is null or m.id < p_before) order by m.id desc offset page_size limit 1),
    'messages', coalesce((
      select jsonb_agg(jsonb_build_object('id', m.id, 'direction', m.direction, 'body', m.body, 'at', m.created_at) order by m.id)
        from (select * from public.messages x where x.lead_id = lead.id and (p_before is null or x.id < p_before)
               order by x.id desc limit page_size) m), '[]'));
end $$;
-- By its arguments: the name alone means two.
call private.member_only('public.operator_thread(uuid, uuid, bigint, timestamptz)'::regprocedure::oid::regproc);
