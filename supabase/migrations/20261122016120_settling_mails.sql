-- A mail that nobody knows went out is settled the same way whether it belongs to a run or not, and the operator reads what comes of it.

-- Whether an operator must say what became of it: a claim of the last minute may still be on its way.
create function private.needs_word(p_mail public.email_messages, p_now timestamptz) returns boolean
language sql immutable set search_path = '' as $$
  select p_mail.status = 'unknown' or (p_mail.status = 'claimed' and p_mail.claimed_at < p_now - interval '1 minute')
$$;

-- Who sends it again if it is settled as not sent. `redrive`: its step, once its execution is redriven; `schedule`: by itself within the hour; null: nobody,
-- because its day or its link is over, or somebody asks for another, which is a mail of its own.
create function private.sent_again_by(p_mail public.email_messages, p_now timestamptz) returns text
language sql stable set search_path = '' as $$
  select case
    when exists (
      select from public.provisioning_steps s
       where s.run_id = p_mail.run_id and p_mail.key = s.run_id || ':' || p_mail.template and s.status <> 'done'
         and s.step = case p_mail.template when 'confirmation' then 'SendConfirmation' when 'welcome' then 'SendWelcome' when 'login-nudge' then 'CheckLogin'
                        when 'sms-tips' then 'CheckSmsActivity' when 'follow-up' then 'FollowUp' end)
      or exists (
      select from public.offboardings o join public.offboarding_steps s on s.offboarding_id = o.id
       where o.run_id = p_mail.run_id and p_mail.key = o.id || ':' || p_mail.template and s.status <> 'done'
         and s.step = case p_mail.template when 'leaving' then 'TellLeavingClient' when 'returning' then 'TellReturningClient' end)
      then 'redrive'
    -- As due_onboardings.
    when exists (
      select from public.provisioning_runs r join public.provisioning_steps s on s.run_id = r.id and s.step = 'SendConfirmation' and s.status = 'done'
       where r.id = p_mail.run_id and r.status = 'running' and r.business_id is null and r.form_closed_at is null
         and p_mail.template in ('offer', 'reminder-' || (
               select max(day) from unnest(array[1, 3, 7]) as day where s.finished_at + make_interval(days => day) <= p_now)))
      -- As due_owner_alerts.
      or exists (
      select from public.owner_alerts a join public.businesses b on b.id = a.business_id and b.status = 'active'
       where p_mail.template = 'lead-alert' and p_mail.key = 'lead-alert:' || a.id and a.done_at is null and a.created_at > p_now - interval '2 days')
      then 'schedule' end
$$;

-- A mail as the operator's board shows it.
create function private.mail_json(p_mail public.email_messages, p_now timestamptz) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('id', p_mail.id, 'template', p_mail.template, 'status', p_mail.status, 'claimedAt', p_mail.claimed_at, 'sentAt', p_mail.sent_at,
    'deliveredAt', p_mail.delivered_at, 'bouncedAt', p_mail.bounced_at, 'settledBy', p_mail.settled_by,
    'needsWord', private.needs_word(p_mail, p_now),
    'sentAgainBy', case when private.needs_word(p_mail, p_now) then private.sent_again_by(p_mail, p_now) end)
$$;

-- Answers the mail as it was, or null: there is none, or it is settled already.
create function private.settle_mail(p_mail_id uuid, p_decision text, p_by text, p_now timestamptz) returns public.email_messages
language plpgsql set search_path = '' as $$
declare mail public.email_messages;
begin
  select * into mail from public.email_messages where id = p_mail_id for update;
  if mail.id is null or not private.needs_word(mail, p_now) then return null; end if;
  update public.email_messages
     set status = case when p_decision = 'was-sent' then 'sent' when p_decision in ('send-again', 'never-sent') then 'released' end,
         sent_at = case when p_decision = 'was-sent' then coalesce(sent_at, p_now) else sent_at end,
         settled_by = p_by, settled_at = p_now
   where id = mail.id;
  return mail;
end $$;
revoke execute on function private.needs_word(public.email_messages, timestamptz), private.sent_again_by(public.email_messages, timestamptz),
  private.mail_json(public.email_messages, timestamptz), private.settle_mail(uuid, text, text, timestamptz) from public;
grant execute on function private.needs_word(public.email_messages, timestamptz), private.sent_again_by(public.email_messages, timestamptz),
  private.settle_mail(uuid, text, text, timestamptz) to service_role;

-- As before, also `never-sent`, and says who sends it again.
create or replace function public.operator_settle_mail(p_mail_id uuid, p_decision text, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare mail public.email_messages;
begin
  if private.operator_name() is null then return null; end if;
  if p_decision is null or p_decision not in ('was-sent', 'send-again', 'never-sent') then return private.refused('decision'); end if;
  if not exists (select from public.email_messages m where m.id = p_mail_id) then return null; end if;
  mail := private.settle_mail(p_mail_id, p_decision, private.operator_name(), p_now);
  if mail.id is null then return private.refused('settled'); end if;
  perform private.operator_audit('mail ' || p_decision, mail.run_id, null, jsonb_build_object('template', mail.template, 'mailId', mail.id), p_now);
  return private.done() || jsonb_build_object('template', mail.template, 'sentAgainBy', private.sent_again_by(mail, p_now));
end $$;

-- As settle_mails, for one mail, of a run or not. Null: there is none, or it is settled already.
create function public.settle_mail(p_mail_id uuid, p_decision text, p_by text, p_now timestamptz) returns jsonb
language plpgsql set search_path = '' as $$
declare mail constant public.email_messages := private.settle_mail(p_mail_id, p_decision, p_by, p_now);
begin
  if mail.id is null then return null; end if;
  insert into public.audit_log (at, actor, action, run_id, detail)
  values (p_now, p_by, 'mail ' || p_decision, mail.run_id, jsonb_build_object('template', mail.template, 'mailId', mail.id));
  return jsonb_build_object('template', mail.template, 'sentAgainBy', private.sent_again_by(mail, p_now));
end $$;
call private.service_only('public.settle_mail');

-- As before, by the same way, also `never-sent`.
create or replace function public.settle_mails(p_invoice_number text, p_template text, p_decision text, p_by text, p_now timestamptz) returns integer
language sql set search_path = '' as $$
  select count(public.settle_mail(m.id, p_decision, p_by, p_now))::integer
    from public.email_messages m join public.provisioning_runs r on r.id = m.run_id
   where r.invoice_number = p_invoice_number and m.template = p_template
$$;

-- As before, and of each mail who would send it again.
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
      select jsonb_agg(private.mail_json(m, p_now) order by m.claimed_at, m.id) from public.email_messages m where m.run_id = r.id), '[]'),
    'walkthroughs', private.walkthroughs(r.business_id),
    'watch', private.watch(r.business_id, p_now),
    'access', (
      select g.expires_at from public.access_grants g
       where g.business_id = r.business_id and g.revoked_at is null and g.expires_at > p_now order by g.expires_at desc limit 1))
    from public.provisioning_runs r
   where r.id = p_run_id and private.operator_name() is not null
$$;

-- A finding as the board shows it: with the mail that it waits for a word on, and whom that was for.
create function private.board_finding_json(p_finding public.audit_findings, p_now timestamptz) returns jsonb
language sql stable security definer set search_path = '' as $$
  select private.finding_json(p_finding) || jsonb_build_object('mail', (
    select private.mail_json(m, p_now) || jsonb_build_object('to', m.to_address) from public.email_messages m
     where m.id = case when p_finding.kind = 'mail-unconfirmed' then split_part(p_finding.subject, ' ', 1)::uuid end))
$$;
revoke execute on function private.board_finding_json(public.audit_findings, timestamptz) from public;

-- As before, but for the findings.
create or replace function public.operator_audits(p_now timestamptz) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('operatorName', private.operator_name(),
    'openTotal', (select count(*) from public.audit_findings f where f.resolved_at is null),
    'open', (
      select coalesce(jsonb_agg(private.board_finding_json(f, p_now) order by f.first_seen_at desc, f.kind, f.subject), '[]')
        from (select * from public.audit_findings where resolved_at is null order by first_seen_at desc, kind, subject limit 60) f),
    'resolved', (
      select coalesce(jsonb_agg(private.finding_json(f) order by f.resolved_at desc, f.kind, f.subject), '[]')
        from (select * from public.audit_findings where resolved_at > p_now - interval '30 days' order by resolved_at desc limit 30) f),
    'rounds', (select coalesce(jsonb_object_agg(r.audit, r.ended_at), '{}') from public.audit_rounds r))
   where private.operator_name() is not null
$$;

call private.keep_plans();
