-- The operator's board. Every function asks whether the signed-in person is an operator and answers null to anybody else.
-- Operators see runs, not conversations: only texts that a client flagged, or while a client's grant lasts, and each look is in the client's trail.

create function private.operator_audit(
  p_action text, p_run_id uuid, p_business_id uuid, p_detail jsonb, p_now timestamptz) returns void
language sql security definer set search_path = '' as $$
  insert into public.audit_log (at, actor, actor_user_id, action, run_id, business_id, detail)
  values (p_now, private.operator_name(), (select auth.uid()), p_action, p_run_id, p_business_id, p_detail)
$$;
revoke execute on function private.operator_audit(text, uuid, uuid, jsonb, timestamptz) from public;

-- Whom the run waits for, since when, and whether that is too long: a failure always, the client after 7 days,
-- the machine after 30 minutes (a Lambda takes 15 at most; VerifySystem's retriers wait for 5).
create function private.standing(p_run public.provisioning_runs, p_now timestamptz) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('waitingFor', w.waits_for, 'since', w.since, 'sinceMs', private.ms(w.since, p_now),
    'isStuck', coalesce(case w.waits_for when 'operator' then true when 'client' then w.since < p_now - interval '7 days'
      when 'machine' then w.since < p_now - interval '30 minutes' end, false))
  from (
    select case
        when p_run.status <> 'running' or s.step is null then null
        when s.status = 'failed' then 'operator'
        when s.status = 'waiting' then 'client'
        when s.status = 'pending' and d.due_at > p_now then 'schedule'
        else 'machine' end as waits_for,
      case
        when p_run.status <> 'running' or s.step is null then null
        when s.status in ('failed', 'waiting') then s.finished_at
        when s.status = 'running' then s.attempted_at
        else greatest(d.due_at, coalesce((select max(o.finished_at) from public.provisioning_steps o where o.run_id = p_run.id and o.status = 'done'),
               p_run.created_at)) end as since
      from (select 1) one
      left join lateral (select * from public.provisioning_steps x
                          where x.run_id = p_run.id and x.status <> 'done' order by x.position limit 1) s on true
      left join lateral (select case s.step when 'CheckLogin' then p_run.day1_at when 'CheckSmsActivity' then p_run.day3_at
                                 when 'FollowUp' then p_run.day7_at end as due_at) d on true) w
$$;
revoke execute on function private.standing(public.provisioning_runs, timestamptz) from public;

create function private.unsettled_mails(p_run_id uuid, p_now timestamptz) returns bigint
language sql stable security definer set search_path = '' as $$
  select count(*) from public.email_messages m
   where m.run_id = p_run_id and (m.status = 'unknown' or (m.status = 'claimed' and m.claimed_at < p_now - interval '1 minute'))
$$;
-- The SOP's "watch for", as numbers of the last 30 days.
create function private.watch(p_business_id uuid, p_now timestamptz) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object(
    'failedSignIns', coalesce((
      select sum(f.failures) from public.sign_in_failures f join public.business_members m on m.user_id = f.user_id
       where m.business_id = p_business_id and f.day > (p_now - interval '30 days')::date), 0),
    'bugs', count(*) filter (where f.kind = 'bug'), 'confusions', count(*) filter (where f.kind = 'confusion'),
    'featureRequests', count(*) filter (where f.kind = 'feature'), 'flaggedReplies', count(*) filter (where f.kind = 'wrong-reply'),
    'unread', count(*) filter (where f.status = 'new'))
  from public.feedback f where f.business_id = p_business_id and f.created_at > p_now - interval '30 days'
$$;
create function private.walkthroughs(p_business_id uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object('email', private.email_of(m.user_id),
           'role', case m.role when 'staff' then 'member' else m.role end, 'lastViewedAt', m.last_viewed_at,
           'steps', private.walkthrough(m.business_id, m.user_id)) order by m.role, m.created_at), '[]')
    from public.business_members m
   where m.business_id = p_business_id and not exists (select from public.test_identities t where t.user_id = m.user_id)
$$;
revoke execute on function private.unsettled_mails(uuid, timestamptz), private.watch(uuid, timestamptz), private.walkthroughs(uuid) from public;

-- Newest first; `p_search` in client, business, invoice, number and e-mail.
create function public.operator_board(p_search text, p_now timestamptz) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('operatorName', private.operator_name(), 'runs', coalesce((
    select jsonb_agg(private.run_summary(r) || jsonb_build_object('standing', private.standing(r, p_now),
             'unsettledMails', private.unsettled_mails(r.id, p_now),
             'walkthroughDone', coalesce((
               select bool_and(s ->> 'status' = 'done') from public.business_members m,
                 lateral jsonb_array_elements(private.walkthrough(m.business_id, m.user_id)) s
                where m.business_id = r.business_id and m.role = 'owner'), false))
             order by r.created_at desc)
      from public.provisioning_runs r join public.clients c on c.id = r.client_id
     where coalesce(btrim(p_search), '') = ''
        or concat_ws(' ', c.name, c.email, r.invoice_number,
             (select o.business_name from public.client_onboarding o where o.business_id = r.business_id and o.form is not null),
             (select n.e164 from public.phone_numbers n where n.run_id = r.id and n.state <> 'released'))
           ilike '%' || regexp_replace(btrim(p_search), '([\\%_])', '\\\1', 'g') || '%'), '[]'))
   where private.operator_name() is not null
$$;
call private.member_only('public.operator_board');

-- One run with everything that belongs to it, the whole submission included.
create function public.operator_run(p_run_id uuid, p_now timestamptz) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object(
    'operatorName', private.operator_name(),
    'report', public.run_detail(r.id, p_now),
    'standing', private.standing(r, p_now),
    'client', (select jsonb_build_object('name', c.name, 'firstName', c.first_name, 'email', c.email, 'phone', c.phone, 'status', c.status)
                 from public.clients c where c.id = r.client_id),
    'submission', (
      select jsonb_build_object('form', o.form, 'submittedAt', o.submitted_at, 'updatedAt', o.updated_at, 'reviewedAt', r.form_reviewed_at,
               'reviewedBy', r.form_reviewed_by)
        from public.client_onboarding o where o.business_id = r.business_id and o.form is not null),
    'canInvite', r.status = 'running' and r.business_id is null and r.form_closed_at is null,
    'canSignIn', r.login_user_id is not null,
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
call private.member_only('public.operator_run');

-- One line more in the run's notes.
create function public.operator_note(p_run_id uuid, p_text text, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  if private.operator_name() is null then return null; end if;
  if length(btrim(coalesce(p_text, ''))) not between 1 and 2000 then return private.refused('length'); end if;
  update public.provisioning_runs
     set notes = concat_ws(E'\n', notes,
           to_char(p_now at time zone 'UTC', 'YYYY-MM-DD HH24:MI') || ' UTC, ' || private.operator_name() || ': ' || btrim(p_text))
   where id = p_run_id;
  if not found then return null; end if;
  return private.done();
end $$;
call private.member_only('public.operator_note');

-- Whether the mail may go again, and to whom: `p_kind` invite, reminder or sign-in-link. Counts them, so that each is a mail of its own.
create function public.operator_resend(p_run_id uuid, p_kind text, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  run public.provisioning_runs;
  client public.clients;
  earlier bigint;
begin
  if private.operator_name() is null then return null; end if;
  select * into run from public.provisioning_runs where id = p_run_id for update;
  if run.id is null then return null; end if;
  select * into strict client from public.clients where id = run.client_id;
  if p_kind in ('invite', 'reminder') then
    if run.status <> 'running' or run.business_id is not null or run.form_closed_at is not null then return private.refused('form-is-there'); end if;
  elsif p_kind = 'sign-in-link' then
    if run.login_user_id is null then return private.refused('no-login'); end if;
  else
    return private.refused('kind');
  end if;
  select count(*) into earlier from public.audit_log a where a.run_id = run.id and a.action = 'resent ' || p_kind;
  perform private.operator_audit('resent ' || p_kind, run.id, null, '{}', p_now);
  return private.done() || jsonb_build_object('count', earlier + 1, 'firstName', client.first_name, 'userId', run.login_user_id,
    'invoiceNumber', run.invoice_number,
    'email', case when p_kind = 'sign-in-link' then private.email_of(run.login_user_id) else client.email end);
end $$;
call private.member_only('public.operator_resend');

-- Null for the form: it is all right as it is. A corrected form is whole and was checked by the caller; hours of a business that is
-- set up are the client's own from then on and stay.
create function public.operator_review_form(p_run_id uuid, p_form jsonb, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  run public.provisioning_runs;
  known jsonb;
  changed jsonb;
begin
  if private.operator_name() is null then return null; end if;
  select * into run from public.provisioning_runs where id = p_run_id for update;
  if run.id is null then return null; end if;
  select o.form into known from public.client_onboarding o where o.business_id = run.business_id and o.form is not null;
  if known is null then return private.refused('no-form'); end if;
  if p_form is not null then
    if jsonb_typeof(p_form) <> 'object' or not (p_form ?& array['businessName', 'email', 'services', 'timeZone', 'workingHours']) then
      return private.refused('form');
    end if;
    perform private.store_form(run.business_id, p_form, p_now);
    update public.businesses b set business_name = p_form ->> 'businessName', time_zone = p_form ->> 'timeZone' where b.id = run.business_id;
  end if;
  -- Which answers, never what they were: the run's trail is no place for personal data.
  select coalesce(jsonb_agg(k.key), '[]') into changed from jsonb_object_keys(coalesce(p_form, '{}')) k (key) where known -> k.key is distinct from p_form -> k.key;
  update public.provisioning_runs set form_reviewed_at = p_now, form_reviewed_by = private.operator_name() where id = run.id;
  perform private.operator_audit(case when p_form is null then 'approved the form' else 'corrected the form' end, run.id,
    (select b.id from public.businesses b where b.id = run.business_id), jsonb_build_object('answers', changed), p_now);
  return private.done();
end $$;
call private.member_only('public.operator_review_form');

-- `p_decision` was-sent or send-again; the execution is redriven afterwards.
create function public.operator_settle_mail(p_mail_id uuid, p_decision text, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare mail public.email_messages;
begin
  if private.operator_name() is null then return null; end if;
  if p_decision is null or p_decision not in ('was-sent', 'send-again') then return private.refused('decision'); end if;
  select * into mail from public.email_messages where id = p_mail_id for update;
  if mail.id is null then return null; end if;
  -- A claim of the last minute may still be on its way.
  if mail.status <> 'unknown' and not (mail.status = 'claimed' and mail.claimed_at < p_now - interval '1 minute') then
    return private.refused('settled');
  end if;
  update public.email_messages
     set status = case p_decision when 'was-sent' then 'sent' else 'released' end,
         sent_at = case p_decision when 'was-sent' then coalesce(sent_at, p_now) else sent_at end,
         settled_by = private.operator_name(), settled_at = p_now
   where id = mail.id;
  perform private.operator_audit('mail ' || p_decision, mail.run_id, null, jsonb_build_object('template', mail.template, 'mailId', mail.id), p_now);
  return private.done();
end $$;
call private.member_only('public.operator_settle_mail');

-- The SOP's CRM. Pages of 50; page null: up to 10,000 for CSV.
create function public.operator_clients(p_search text, p_status text, p_page integer) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  wanted constant text := '%' || regexp_replace(btrim(coalesce(p_search, '')), '([\\%_])', '\\\1', 'g') || '%';
  answer jsonb;
begin
  if private.operator_name() is null then return null; end if;
  with matching as (
    select c.id, c.name, c.first_name, c.email, c.phone, c.status, c.created_at, c.live_at, r.id as run_id, r.invoice_number,
           b.id as business_id, coalesce(b.business_name, o.business_name) as business_name, b.phone_number
      from public.clients c
      left join public.provisioning_runs r on r.client_id = c.id
      left join public.businesses b on b.run_id = r.id
      left join public.client_onboarding o on o.business_id = r.business_id and o.form is not null
     where (p_status is null or p_status = '' or c.status = p_status)
       and (wanted = '%%' or concat_ws(' ', c.name, c.email, c.phone, r.invoice_number, b.business_name, o.business_name, b.phone_number) ilike wanted)
  ), page as (
    select * from matching order by created_at desc, id
     limit case when p_page is null then 10000 else 50 end
     offset case when p_page is null then 0 else 50::bigint * greatest(0, least(p_page, 100000) - 1) end
  )
  select jsonb_build_object('operatorName', private.operator_name(), 'total', (select count(*) from matching), 'pageSize', 50,
    'clients', coalesce(jsonb_agg(jsonb_build_object('clientId', p.id, 'name', p.name, 'firstName', p.first_name, 'email', p.email, 'phone', p.phone,
      'status', p.status, 'createdAt', p.created_at, 'liveAt', p.live_at, 'runId', p.run_id, 'invoiceNumber', p.invoice_number,
      'businessId', p.business_id, 'businessName', p.business_name, 'phoneNumber', p.phone_number) order by p.created_at desc, p.id), '[]'))
    into answer from page p;
  return answer;
end $$;
call private.member_only('public.operator_clients');

-- Newest first, pages of 50; `p_status` null: all. The text of a flagged reply is another, audited look.
create function public.operator_feedback(p_status text, p_page integer) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('operatorName', private.operator_name(), 'pageSize', 50,
    'total', (select count(*) from public.feedback f where p_status is null or f.status = p_status),
    'feedback', coalesce((
      select jsonb_agg(jsonb_build_object('id', f.id, 'kind', f.kind, 'body', f.body, 'page', f.page, 'status', f.status, 'at', f.created_at,
               'businessId', f.business_id, 'businessName', (select b.business_name from public.businesses b where b.id = f.business_id),
               'runId', f.run_id, 'from', private.email_of(f.user_id), 'hasMessage', f.message_id is not null) order by f.created_at desc, f.id)
        from (select * from public.feedback where p_status is null or status = p_status order by created_at desc, id
               limit 50 offset 50::bigint * greatest(0, least(coalesce(p_page, 1), 100000) - 1)) f), '[]'))
   where private.operator_name() is not null
$$;
call private.member_only('public.operator_feedback');

create function public.operator_set_feedback(p_feedback_id uuid, p_status text) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  if private.operator_name() is null then return null; end if;
  if p_status is null or p_status not in ('new', 'seen', 'closed') then return private.refused('status'); end if;
  update public.feedback f set status = p_status where f.id = p_feedback_id;
  return case when found then private.done() end;
end $$;
call private.member_only('public.operator_set_feedback');

-- The reply that the client flagged, and nothing of the conversation around it.
create function public.operator_flagged_message(p_feedback_id uuid, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  known public.feedback;
  message public.messages;
begin
  if private.operator_name() is null then return null; end if;
  select * into known from public.feedback f where f.id = p_feedback_id and f.kind = 'wrong-reply';
  select * into message from public.messages m where m.id = known.message_id;
  if message.id is null then return null; end if;
  perform private.operator_audit('CoreSentia read a flagged reply', null, known.business_id, jsonb_build_object('messageId', message.id), p_now);
  return jsonb_build_object('feedbackId', known.id, 'comment', known.body, 'body', message.body, 'at', message.created_at);
end $$;
call private.member_only('public.operator_flagged_message');

create function private.has_access(p_business_id uuid, p_now timestamptz) returns boolean
language sql stable security definer set search_path = '' as $$
  select private.operator_name() is not null and exists (
    select from public.access_grants g
     where g.business_id = p_business_id and g.revoked_at is null and g.granted_at <= p_now and g.expires_at > p_now)
$$;
revoke execute on function private.has_access(uuid, timestamptz) from public;

-- While the client's grant lasts: the newest 100 leads, or one conversation.
create function public.operator_leads(p_business_id uuid, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  if not private.has_access(p_business_id, p_now) then return null; end if;
  perform private.operator_audit('CoreSentia looked at the leads', null, p_business_id, '{}', p_now);
  return jsonb_build_object('operatorName', private.operator_name(),
    'businessName', (select b.business_name from public.businesses b where b.id = p_business_id),
    'leads', coalesce((
      select jsonb_agg(private.lead_json(l) order by l.last_message_at desc nulls last, l.id)
        from (select * from public.leads where business_id = p_business_id order by last_message_at desc nulls last, id limit 100) l), '[]'));
end $$;
call private.member_only('public.operator_leads');

create function public.operator_thread(p_business_id uuid, p_lead_id uuid, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare lead public.leads;
begin
  if not private.has_access(p_business_id, p_now) then return null; end if;
  select * into lead from public.leads l where l.id = p_lead_id and l.business_id = p_business_id;
  if lead.id is null then return null; end if;
  perform private.operator_audit('CoreSentia read a conversation', null, p_business_id, jsonb_build_object('leadId', lead.id), p_now);
  return jsonb_build_object('operatorName', private.operator_name(), 'lead', private.lead_json(lead),
    'messages', coalesce((
      select jsonb_agg(jsonb_build_object('id', m.id, 'direction', m.direction, 'body', m.body, 'at', m.created_at) order by m.id)
        from (select * from public.messages where lead_id = lead.id order by id desc limit 500) m), '[]'));
end $$;
call private.member_only('public.operator_thread');

-- Businesses with anything to watch, the most first.
create function public.operator_watch_list(p_now timestamptz) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('operatorName', private.operator_name(), 'businesses', coalesce((
    select jsonb_agg(jsonb_build_object('businessId', w.id, 'businessName', w.business_name, 'runId', w.run_id, 'watch', w.watch)
             order by w.weight desc, w.business_name)
      from (
        select b.id, coalesce(b.business_name, '') as business_name, b.run_id, x.watch,
               (select sum(v.value::numeric) from jsonb_each_text(x.watch) v) as weight
          from public.businesses b, lateral (select private.watch(b.id, p_now) as watch) x) w
     where w.weight > 0), '[]'))
   where private.operator_name() is not null
$$;
call private.member_only('public.operator_watch_list');
