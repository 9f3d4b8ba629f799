-- The login has its new address: noted in the trail of each of the person's businesses. A link to sign in that lies in the old mailbox opens nothing any more.
create or replace function public.apply_email_change(p_change_id uuid, p_now timestamptz) returns void
language plpgsql set search_path = '' as $$
declare change public.email_changes;
begin
  update public.email_changes set applied_at = p_now
   where id = p_change_id and applied_at is null and old_confirmed_at is not null and new_confirmed_at is not null
  returning * into change;
  if change.id is null then return; end if;
  update public.sign_in_links l set used_at = p_now where l.user_id = change.user_id and l.used_at is null;
  insert into public.audit_log (at, actor, actor_user_id, action, business_id, detail)
  select p_now, left(change.new_email, 100), change.user_id, 'changed the sign-in e-mail', m.business_id, '{}'
    from public.business_members m where m.user_id = change.user_id;
end $$;
