-- Ports MailLog and NoticeLog: claim, send, record. At most once automatically.

create function public.claim_mail(p_key text, p_template text, p_run_id uuid, p_to text, p_now timestamptz) returns jsonb
language plpgsql set search_path = '' as $$
declare mail public.email_messages;
begin
  insert into public.email_messages (key, template, run_id, to_address, status, claimed_at)
  values (p_key, p_template, p_run_id, p_to, 'claimed', p_now)
  on conflict (key) do nothing
  returning * into mail;
  if mail.id is not null then return jsonb_build_object('outcome', 'claimed', 'mailId', mail.id); end if;
  select * into strict mail from public.email_messages where key = p_key for update;
  if mail.status = 'released' then
    update public.email_messages
       set status = 'claimed', claimed_at = p_now, claims = claims + 1, to_address = p_to
     where id = mail.id;
    return jsonb_build_object('outcome', 'claimed', 'mailId', mail.id);
  end if;
  if mail.status in ('claimed', 'unknown') then
    update public.email_messages set status = 'unknown' where id = mail.id;
    return jsonb_build_object('outcome', 'unconfirmed', 'mailId', mail.id);
  end if;
  return jsonb_build_object('outcome', 'sent', 'mailId', mail.id);
end $$;
call private.service_only('public.claim_mail');

create function public.record_mail_sent(p_mail_id uuid, p_message_id text, p_now timestamptz) returns void
language plpgsql set search_path = '' as $$
begin
  update public.email_messages
     set message_id = p_message_id, sent_at = coalesce(sent_at, p_now),
         status = case when status in ('claimed', 'unknown', 'released') then 'sent' else status end
   where id = p_mail_id;
  if not found then raise exception 'no mail with this id'; end if;
end $$;
call private.service_only('public.record_mail_sent');

create function public.release_mail(p_mail_id uuid) returns void
language sql set search_path = '' as $$
  update public.email_messages set status = 'released' where id = p_mail_id and status in ('claimed', 'unknown') and message_id is null;
$$;
call private.service_only('public.release_mail');

create function private.mail_rank(p_status text) returns integer language sql immutable set search_path = '' as $$
  select case p_status when 'complained' then 4 when 'bounced' then 3 when 'rejected' then 3 when 'delivered' then 2 when 'sent' then 1 else 0 end
$$;
revoke execute on function private.mail_rank(text) from public;
grant execute on function private.mail_rank(text) to service_role;

-- Events come in any order, twice, or for a mail whose sender died before it could record: each proves that SES took the mail.
create function public.record_mail_event(p_mail_id text, p_kind text, p_message_id text, p_at timestamptz) returns boolean
language plpgsql set search_path = '' as $$
begin
  update public.email_messages
     set message_id = coalesce(message_id, p_message_id), sent_at = coalesce(sent_at, p_at),
         status = case when private.mail_rank(p_kind) > private.mail_rank(status) then p_kind else status end,
         delivered_at = case when p_kind = 'delivered' then coalesce(delivered_at, p_at) else delivered_at end,
         bounced_at = case when p_kind in ('bounced', 'rejected') then coalesce(bounced_at, p_at) else bounced_at end,
         complained_at = case when p_kind = 'complained' then coalesce(complained_at, p_at) else complained_at end
   where id::text = lower(p_mail_id);
  return found;
end $$;
call private.service_only('public.record_mail_event');

create function public.settle_mails(p_invoice_number text, p_template text, p_decision text, p_by text, p_now timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare settled integer;
begin
  with open_mail as (
    select m.id, m.run_id from public.email_messages m join public.provisioning_runs r on r.id = m.run_id
     where r.invoice_number = p_invoice_number and m.template = p_template
       -- A claim of the last minute may still be on its way.
       and (m.status = 'unknown' or (m.status = 'claimed' and m.claimed_at < p_now - interval '1 minute'))
       for update of m
  ), changed as (
    update public.email_messages m
       set status = case p_decision when 'was-sent' then 'sent' when 'send-again' then 'released' end,
           sent_at = case p_decision when 'was-sent' then coalesce(m.sent_at, p_now) else m.sent_at end,
           settled_by = p_by, settled_at = p_now
      from open_mail o where m.id = o.id
    returning m.id, m.run_id
  ), noted as (
    insert into public.audit_log (at, actor, action, run_id, detail)
    select p_now, p_by, 'mail ' || p_decision, run_id, jsonb_build_object('template', p_template, 'mailId', id) from changed
    returning 1
  )
  select count(*) into settled from noted;
  return settled;
end $$;
call private.service_only('public.settle_mails');

create function public.claim_notice(p_key text, p_now timestamptz) returns text
language plpgsql set search_path = '' as $$
declare notice public.operator_notices;
begin
  insert into public.operator_notices (key, claimed_at) values (p_key, p_now) on conflict (key) do nothing;
  if found then return 'claimed'; end if;
  select * into strict notice from public.operator_notices where key = p_key for update;
  if notice.sent_at is not null then return 'sent'; end if;
  -- Publishing and recording take 16 s at most (8 s each). Lambda repeats alert-operator after 1 and 2 minutes and no more: by then the claim must be free.
  if notice.claimed_at > p_now - interval '30 seconds' then return 'busy'; end if;
  update public.operator_notices set claimed_at = p_now, claims = claims + 1 where key = p_key;
  return 'claimed';
end $$;
call private.service_only('public.claim_notice');

create function public.record_notice_sent(p_key text, p_now timestamptz) returns void
language sql set search_path = '' as $$
  update public.operator_notices set sent_at = coalesce(sent_at, p_now) where key = p_key;
$$;
call private.service_only('public.record_notice_sent');
