-- Port AuditBooks: what the audits compare, without names, addresses and texts. Policy (what is too long, what is drift) is the caller's.

-- Numbers that were chosen, asked for or bought, and the businesses that are served by one.
create function public.audit_numbers() returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'numbers', (
      select coalesce(jsonb_agg(jsonb_build_object('runId', n.run_id, 'e164', n.e164, 'sid', n.sid, 'state', n.state,
               'since', coalesce(n.requested_at, n.reserved_at)) order by n.reserved_at, n.id), '[]')
        from public.phone_numbers n where n.state <> 'released'),
    'businesses', (
      select coalesce(jsonb_agg(jsonb_build_object('businessId', b.id, 'runId', b.run_id, 'e164', b.phone_number) order by b.created_at, b.id), '[]')
        from public.businesses b where b.phone_number is not null and b.status = 'active'))
$$;
call private.service_only('public.audit_numbers');

-- Runs that are not over: whom each waits for and since when (null: it has not begun or waits for its day). An execution can fail behind the
-- ledger's back, for a step whose answer was lost is done; since its alert it waits for the operator.
grant execute on function private.standing(public.provisioning_runs, timestamptz) to service_role;
create function public.audit_runs(p_now timestamptz) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object('runId', r.id, 'invoiceNumber', r.invoice_number,
           'step', (select x.step from public.provisioning_steps x where x.run_id = r.id and x.status <> 'done' order by x.position limit 1),
           'waitingFor', case when told.at is null then s.standing ->> 'waitingFor' else 'operator' end,
           'since', coalesce(to_jsonb(told.at), s.standing -> 'since')) order by r.created_at), '[]')
    from public.provisioning_runs r
   cross join lateral (select private.standing(r, p_now) as standing) s
   cross join lateral (
      select max(n.sent_at) as at from public.operator_notices n
       where s.standing ->> 'waitingFor' = 'machine' and n.sent_at >= (s.standing ->> 'since')::timestamptz
         and starts_with(n.key, 'execution/' || r.execution_id || '/')) told
   where r.status = 'running'
$$;
call private.service_only('public.audit_runs');

-- Mails that nobody knows went out, and mails that came back while the person still has the address that they went to.
create function public.audit_mails(p_now timestamptz) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object('mailId', m.id, 'template', m.template, 'runId', m.run_id, 'invoiceNumber', r.invoice_number,
           'status', case when m.status = 'claimed' then 'unknown' else m.status end,
           'since', coalesce(m.complained_at, m.bounced_at, m.claimed_at)) order by m.claimed_at, m.id), '[]')
    from public.email_messages m
    left join public.provisioning_runs r on r.id = m.run_id
    left join public.clients c on c.id = r.client_id
    left join public.client_onboarding o on o.business_id = r.business_id and o.form is not null
   where (m.status in ('claimed', 'unknown') and m.claimed_at < p_now - interval '1 hour')
      or (m.status in ('bounced', 'rejected', 'complained')
          and coalesce(m.complained_at, m.bounced_at) > p_now - interval '30 days'
          and (m.run_id is null or lower(m.to_address) in (lower(c.email), lower(o.email))))
$$;
call private.service_only('public.audit_mails');

-- `missedInvoices`: invoices that only the sweep has told of since Xero's webhook was last heard. `missedTexts`: per number, texts since its
-- webhook last brought one that only the reconciliation has found.
create function public.audit_webhooks(p_now timestamptz) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'lastXeroWebhookAt', s.last_webhook_at,
    'missedInvoices', (
      select jsonb_build_object('count', count(*), 'firstAt', min(i.created_at)) from public.screened_invoices i
       where i.created_at > greatest(coalesce(s.last_webhook_at, '-infinity'), p_now - interval '14 days') + interval '10 minutes'),
    'missedTexts', (
      select coalesce(jsonb_agg(jsonb_build_object('sid', n.sid, 'runId', n.run_id, 'count', t.missed, 'firstAt', t.first_at) order by n.sid), '[]')
        from public.phone_numbers n
        join public.businesses b on b.run_id = n.run_id
        cross join lateral (
          select count(*) as missed, min(m.created_at) as first_at from public.messages m
           where m.business_id = b.id and m.recovered_at > p_now - interval '7 days' and m.direction = 'inbound'
             and m.created_at > coalesce((
               select max(w.created_at) from public.messages w join public.leads l on l.id = w.lead_id
                where w.business_id = b.id and w.direction = 'inbound' and w.recovered_at is null and not l.is_demo), '-infinity')) t
       where n.state = 'configured' and n.sid is not null and t.missed > 0))
    from public.system_settings s
$$;
call private.service_only('public.audit_webhooks');

-- Deposits that have started no run, and paid invoices that wait for the operator's word.
create function public.audit_deposits(p_now timestamptz) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object('invoiceId', i.invoice_id, 'invoiceNumber', i.invoice_number, 'verdict', i.verdict,
           'since', i.judged_at) order by i.judged_at, i.invoice_id), '[]')
    from public.screened_invoices i
   where i.verdict in ('deposit', 'ask-operator', 'near-miss') and i.judged_at > p_now - interval '90 days'
     and not exists (select from public.provisioning_runs r where r.invoice_id = i.invoice_id)
$$;
call private.service_only('public.audit_deposits');
