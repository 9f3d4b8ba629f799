-- Each attempt to send a mail claims it under a token of its own, so that it can ask again when the answer was lost, and let go of it when nothing was sent.
-- Calls land in any order and as late as they like, and only these rules decide:
--   a standing claim is its token's alone: only that token gets it again, only that token releases it;
--   a token ends with its claim, and may be ended before its claim lands: from then on it claims nothing, so that no call of an attempt that is over leaves a claim standing;
--   a mail that went out changes no more.
-- `ended_tokens` has one for each attempt that failed before SES took anything, a handful at most. A claim without a token is one of the release before.
alter table public.email_messages
  add column claim_token uuid,
  add column ended_tokens uuid[] not null default '{}',
  add constraint email_messages_released_is_nobodys check (status <> 'released' or claim_token is null);

-- Whoever releases: the attempt itself, or the operator who says that the mail may be sent again.
create function private.end_mail_token() returns trigger language plpgsql set search_path = '' as $$
begin
  new.ended_tokens := array_append(new.ended_tokens, old.claim_token);
  new.claim_token := null;
  return new;
end $$;
revoke execute on function private.end_mail_token() from public;

create trigger end_token before update of status on public.email_messages
  for each row when (new.status = 'released' and old.claim_token is not null) execute function private.end_mail_token();

create function public.claim_mail(p_key text, p_template text, p_run_id uuid, p_to text, p_token uuid, p_now timestamptz) returns jsonb
language plpgsql set search_path = '' as $$
declare
  mail public.email_messages;
  outcome text;
begin
  insert into public.email_messages (key, template, run_id, to_address, status, claim_token, claimed_at)
  values (p_key, p_template, p_run_id, p_to, 'claimed', p_token, p_now)
  on conflict (key) do nothing
  returning * into mail;
  if mail.id is not null then return jsonb_build_object('outcome', 'claimed', 'mailId', mail.id); end if;
  select * into strict mail from public.email_messages where key = p_key for update;
  case
    when mail.status not in ('claimed', 'unknown', 'released') then
      outcome := 'sent';
    when p_token = any (mail.ended_tokens) then
      -- It has landed after its own end: whoever asked is over, and whatever stands is another one's.
      outcome := 'unconfirmed';
    when mail.status = 'released' then
      update public.email_messages
         set status = 'claimed', claim_token = p_token, claimed_at = p_now, claims = claims + 1, to_address = p_to
       where id = mail.id;
      outcome := 'claimed';
    when mail.claim_token = p_token then
      -- The attempt has not heard its answer, so it has handed nothing over; or it has, and nobody waits for this one.
      outcome := 'claimed';
    else
      update public.email_messages set status = 'unknown' where id = mail.id;
      outcome := 'unconfirmed';
  end case;
  return jsonb_build_object('outcome', outcome, 'mailId', mail.id);
end $$;
call private.service_only('public.claim_mail(text, text, uuid, text, uuid, timestamptz)'::regprocedure::regproc);

-- The attempt is over and SES has surely not taken its mail. If no claim of it has landed so far, none will any more: the row that says so may be the mail's first.
create function public.release_mail(p_key text, p_template text, p_run_id uuid, p_to text, p_token uuid, p_now timestamptz) returns void
language plpgsql set search_path = '' as $$
declare mail public.email_messages;
begin
  insert into public.email_messages (key, template, run_id, to_address, status, ended_tokens, claimed_at)
  values (p_key, p_template, p_run_id, p_to, 'released', array[p_token], p_now)
  on conflict (key) do nothing;
  if found then return; end if;
  select * into strict mail from public.email_messages where key = p_key for update;
  if p_token = any (mail.ended_tokens) then return; end if;
  if mail.claim_token is distinct from p_token then
    update public.email_messages set ended_tokens = array_append(ended_tokens, p_token) where id = mail.id;
  elsif mail.status in ('claimed', 'unknown') and mail.message_id is null then
    update public.email_messages set status = 'released' where id = mail.id;
  end if;
end $$;
call private.service_only('public.release_mail(text, text, uuid, text, uuid, timestamptz)'::regprocedure::regproc);

-- As they were, for functions of the release before: they claim without a token, and release only such a claim.
create or replace function public.claim_mail(p_key text, p_template text, p_run_id uuid, p_to text, p_now timestamptz) returns jsonb
language sql set search_path = '' as $$
  select public.claim_mail(p_key, p_template, p_run_id, p_to, null, p_now)
$$;

create or replace function public.release_mail(p_mail_id uuid) returns void
language sql set search_path = '' as $$
  update public.email_messages
     set status = 'released'
   where id = p_mail_id and status in ('claimed', 'unknown') and message_id is null and claim_token is null
$$;

call private.keep_plans();
