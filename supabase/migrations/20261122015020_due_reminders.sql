-- As before, without the mails that have gone out: with thousands of clients who wait, whoever was reminded must not be looked at again every hour.
-- A mail that nobody knows went out stays due, as it was: the attempt tells so. The days count from the confirmation, and nobody is reminded before it.
create function private.has_gone_out(p_key text) returns boolean
language sql stable set search_path = '' as $$
  select exists (select from public.email_messages m where m.key = p_key and m.status not in ('claimed', 'unknown', 'released'))
$$;
revoke execute on function private.has_gone_out(text) from public;
grant execute on function private.has_gone_out(text) to service_role;

create or replace function public.due_onboardings(p_now timestamptz) returns jsonb
language sql stable set search_path = '' as $$
  with waiting as (
    select r.id, r.invoice_number, r.created_at, c.email, c.first_name,
           (select s.finished_at from public.provisioning_steps s
             where s.run_id = r.id and s.step = 'SendConfirmation' and s.status = 'done') as confirmed_at
      from public.provisioning_runs r join public.clients c on c.id = r.client_id
     where r.status = 'running' and r.business_id is null and r.form_closed_at is null
  )
  select jsonb_build_object(
    'reminders', coalesce((
      select jsonb_agg(jsonb_build_object('runId', w.id, 'day', d.day, 'email', w.email, 'firstName', w.first_name,
               'invoiceNumber', w.invoice_number) order by w.created_at)
        from waiting w
        join lateral (
          select max(day) as day from unnest(array[1, 3, 7]) as day where w.confirmed_at + make_interval(days => day) <= p_now
        ) d on d.day is not null
       where not private.has_gone_out(w.id || ':reminder-' || d.day)), '[]'),
    'offers', coalesce((
      select jsonb_agg(jsonb_build_object('runId', w.id, 'onboardingId', o.business_id, 'submittedAt', o.submitted_at, 'email', w.email,
               'firstName', w.first_name) order by w.created_at)
        from waiting w
        cross join lateral private.offered_form(w.email, p_now) o
       -- What was sent before the payment is offered by the confirmation mail.
       where o.business_id is not null and o.submitted_at > w.created_at and not private.has_gone_out(w.id || ':offer-' || o.business_id)), '[]'),
    'wakeUps', coalesce((
      select jsonb_agg(jsonb_build_object('runId', r.id, 'taskToken', r.wait_token) order by r.form_at)
        from public.provisioning_runs r
       where r.status = 'running' and r.business_id is not null and r.wait_token is not null and r.wait_closed_at is null
         and greatest(r.form_at, r.wait_opened_at) < p_now - interval '2 minutes'), '[]'))
$$;
