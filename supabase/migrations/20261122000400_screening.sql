-- Port Screenings. A thousand copies of an event cost one call to Xero and one start.

-- The lease on asking Xero, and the grace in which an announced deposit may start its execution.
create function private.screening_lease() returns interval language sql immutable set search_path = '' as $$ select interval '60 seconds' $$;
create function private.announcement_grace() returns interval language sql immutable set search_path = '' as $$ select interval '10 minutes' $$;
revoke execute on function private.screening_lease(), private.announcement_grace() from public;
grant execute on function private.screening_lease(), private.announcement_grace() to service_role;

-- What a known invoice needs when one more event about it arrives.
create function private.screening_need(p_known public.screened_invoices, p_updated_utc timestamptz, p_now timestamptz) returns text
language plpgsql stable set search_path = '' as $$
begin
  if p_known.verdict = 'dismissed' then return 'done'; end if;
  if exists (select from public.provisioning_runs r where r.invoice_id = p_known.invoice_id) then return 'done'; end if;
  if p_known.verdict = 'deposit' then
    if p_known.announced_at > p_now - private.announcement_grace() then return 'done'; end if;
    -- Without an address the run could not begin: look whether Xero has one by now.
    if p_known.contact_email is null then return 'fetch'; end if;
    return 'announce';
  end if;
  if p_known.verdict is null or p_updated_utc > p_known.updated_utc then return 'fetch'; end if;
  return 'done';
end $$;
revoke execute on function private.screening_need(public.screened_invoices, timestamptz, timestamptz) from public;
grant execute on function private.screening_need(public.screened_invoices, timestamptz, timestamptz) to service_role;

create function public.claim_screening(p_invoice_id uuid, p_updated_utc timestamptz, p_now timestamptz) returns jsonb
language plpgsql set search_path = '' as $$
declare
  known public.screened_invoices;
  need text;
begin
  insert into public.screened_invoices (invoice_id, claimed_utc, lease_until, created_at)
  values (p_invoice_id, p_updated_utc, p_now + private.screening_lease(), p_now)
  on conflict (invoice_id) do nothing;
  if found then return jsonb_build_object('outcome', 'fetch', 'invoiceNumber', null); end if;
  select * into strict known from public.screened_invoices where invoice_id = p_invoice_id for update;
  need := private.screening_need(known, p_updated_utc, p_now);
  if need <> 'done' then
    if known.lease_until > p_now then
      need := 'busy';
    else
      update public.screened_invoices
         set lease_until = p_now + private.screening_lease(), claimed_utc = greatest(claimed_utc, p_updated_utc)
       where invoice_id = p_invoice_id;
    end if;
  end if;
  return jsonb_build_object('outcome', need, 'invoiceNumber', known.invoice_number);
end $$;
call private.service_only('public.claim_screening');

-- Why this contact is not new, or null. Old businesses have no run and are known by a member's or form's address, or by their name.
create function private.earlier_dealings(p_invoice_id uuid, p_contact_id uuid, p_email text, p_name text) returns text
language plpgsql stable set search_path = '' as $$
declare other_number text;
begin
  select coalesce(min(r.invoice_number), '') into other_number
    from public.provisioning_runs r join public.clients c on c.id = r.client_id
   where r.invoice_id <> p_invoice_id and (c.contact_id = p_contact_id or lower(c.email) = lower(p_email));
  if other_number <> '' then return format('the contact already has a run (invoice %s)', other_number); end if;
  select coalesce(min(s.invoice_number), '') into other_number
    from public.screened_invoices s
   where s.invoice_id <> p_invoice_id and s.verdict = 'deposit'
     and (s.contact_id = p_contact_id or lower(s.contact_email) = lower(p_email));
  if other_number <> '' then return format('the contact already has a deposit (invoice %s)', other_number); end if;
  if exists (
    select from public.businesses b
     where lower(trim(b.business_name)) = lower(trim(p_name)) and b.run_id is null
        or exists (select from public.client_onboarding o where o.business_id = b.id and lower(o.email) = lower(p_email))
        or exists (select from public.business_members m where m.business_id = b.id and m.user_id = (private.find_user(p_email)).user_id)
  ) then return 'the contact already has a business'; end if;
  return null;
end $$;
revoke execute on function private.earlier_dealings(uuid, uuid, text, text) from public;
grant execute on function private.earlier_dealings(uuid, uuid, text, text) to service_role;

-- `p_invoice`: invoiceId, tenantId, invoiceNumber, updatedUtc, totalCents, amountPaidCents, contact {contactId, name, firstName, email, phone}.
create function public.record_screening(p_invoice jsonb, p_verdict text, p_reasons jsonb, p_now timestamptz) returns jsonb
language plpgsql set search_path = '' as $$
declare
  this_id constant uuid := (p_invoice ->> 'invoiceId')::uuid;
  contact constant jsonb := p_invoice -> 'contact';
  known public.screened_invoices;
  verdict_now text := p_verdict;
  reasons_now jsonb := p_reasons;
  dealings text;
begin
  -- One at a time: two deposits of one contact judged side by side must not both pass.
  perform pg_advisory_xact_lock(hashtextextended('coresentia.screening', 0));
  select * into known from public.screened_invoices where invoice_id = this_id for update;
  -- A deposit stays one (the operator's word, or a run that began), and what was dismissed stays dismissed.
  if known.verdict in ('deposit', 'dismissed') then
    verdict_now := known.verdict;
    reasons_now := known.reasons;
  elsif p_verdict = 'deposit' then
    dealings := private.earlier_dealings(this_id, (contact ->> 'contactId')::uuid, contact ->> 'email', contact ->> 'name');
    if dealings is not null then
      verdict_now := 'ask-operator';
      reasons_now := p_reasons || jsonb_build_array(dealings);
    end if;
  end if;
  insert into public.screened_invoices as s (
    invoice_id, tenant_id, invoice_number, updated_utc, claimed_utc, verdict, reasons, contact_id, contact_name, contact_first_name,
    contact_email, contact_phone, total_cents, paid_cents, created_at, judged_at)
  values (
    this_id, (p_invoice ->> 'tenantId')::uuid, p_invoice ->> 'invoiceNumber', (p_invoice ->> 'updatedUtc')::timestamptz,
    (p_invoice ->> 'updatedUtc')::timestamptz, verdict_now, reasons_now, (contact ->> 'contactId')::uuid, contact ->> 'name',
    contact ->> 'firstName', nullif(trim(contact ->> 'email'), ''), contact ->> 'phone', (p_invoice ->> 'totalCents')::bigint,
    (p_invoice ->> 'amountPaidCents')::bigint, p_now, p_now)
  on conflict (invoice_id) do update set
    tenant_id = excluded.tenant_id, invoice_number = excluded.invoice_number,
    -- The event's time may be later than the invoice's own: the verdict covers both, or each copy would be fetched again.
    updated_utc = greatest(s.claimed_utc, s.updated_utc, excluded.updated_utc), verdict = excluded.verdict, reasons = excluded.reasons,
    contact_id = excluded.contact_id, contact_name = excluded.contact_name, contact_first_name = excluded.contact_first_name,
    contact_email = excluded.contact_email, contact_phone = excluded.contact_phone, total_cents = excluded.total_cents,
    paid_cents = excluded.paid_cents, judged_at = excluded.judged_at,
    -- A deposit keeps the lease until it is announced.
    lease_until = case when excluded.verdict = 'deposit' then s.lease_until end;
  return jsonb_build_object('verdict', verdict_now, 'reasons', reasons_now);
end $$;
call private.service_only('public.record_screening');

create function public.announced_deposit(p_invoice_id uuid, p_now timestamptz) returns void
language sql set search_path = '' as $$
  update public.screened_invoices set announced_at = p_now, lease_until = null where invoice_id = p_invoice_id;
$$;
call private.service_only('public.announced_deposit');

-- `p_invoices`: [{invoiceId, updatedUtc}]; answers the ids that still need screening.
create function public.unsettled_invoices(p_invoices jsonb, p_now timestamptz) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(given.invoice_id), '[]')
    from (select (i ->> 'invoiceId')::uuid as invoice_id, (i ->> 'updatedUtc')::timestamptz as updated_utc
            from jsonb_array_elements(p_invoices) as i) as given
    left join public.screened_invoices s on s.invoice_id = given.invoice_id
   where s.invoice_id is null or private.screening_need(s, given.updated_utc, p_now) <> 'done'
$$;
call private.service_only('public.unsettled_invoices');

create function public.screening_by_number(p_invoice_number text) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('invoiceId', s.invoice_id, 'tenantId', s.tenant_id, 'verdict', s.verdict, 'reasons', s.reasons)
    from public.screened_invoices s
   where s.invoice_number = p_invoice_number and s.verdict is not null
   order by s.judged_at desc
   limit 1
$$;
call private.service_only('public.screening_by_number');

create function public.decide_screening(p_invoice_id uuid, p_decision text, p_by text, p_now timestamptz) returns void
language plpgsql set search_path = '' as $$
declare known public.screened_invoices;
begin
  select * into known from public.screened_invoices where invoice_id = p_invoice_id for update;
  if known.verdict is null then perform private.fail('InvoiceNotScreened', 'this invoice has not been screened'); end if;
  if exists (select from public.provisioning_runs r where r.invoice_id = p_invoice_id) then
    if p_decision = 'start' then return; end if;
    perform private.fail('ExecutionMismatch', 'this invoice already has a run: stop its execution instead');
  end if;
  update public.screened_invoices
     set verdict = case p_decision when 'start' then 'deposit' when 'dismiss' then 'dismissed' end,
         announced_at = null, lease_until = null, judged_at = p_now
   where invoice_id = p_invoice_id;
  insert into public.audit_log (at, actor, action, invoice_id, detail)
  values (p_now, p_by, 'screening ' || p_decision, p_invoice_id, jsonb_build_object('verdict', known.verdict));
end $$;
call private.service_only('public.decide_screening');
