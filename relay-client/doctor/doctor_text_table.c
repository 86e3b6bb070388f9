#include "relay-client/doctor/doctor_text.h"

const struct doctor_text_row doctor_text_findings[] = {
    /* any check */
    {"needs", "Not checked: it needs \"{check}\" first."},
    {"could_not_check", "This could not be checked: {evidence}."},
    {"not_logged_in", "No relay is known here."},
    {"no_agent", "No agent runs here, so nothing that LINE sends can reach the bot."},

    /* LINE -> relay */
    {"resolved", "{host} is {address}"},
    {"loopback_address",
     "{host} is {address}, an address of this machine alone. LINE cannot reach it."},
    {"private_address",
     "{host} is {address}, an address of a private network. LINE cannot reach it. (If only "
     "your own network answers so, it may be all right.)"},
    {"no_ipv4",
     "{host} has only IPv6 addresses ({evidence}). LINE does not say that it uses IPv6."},
    {"name_unknown",
     "There is no host {host}. LINE reports could_not_connect (\"Unknown host\")."},
    {"name_no_answer", "The name {host} cannot be looked up now: {evidence}."},
    {"port_open", "{host} port {port} answers"},
    {"port_not_443",
     "The webhook URL has port {port}. LINE documents no port but that of https, 443."},
    {"port_refused", "Nothing listens on {host} port {port}. LINE reports could_not_connect."},
    {"port_no_answer",
     "{host} port {port} does not answer, not even with a refusal: {evidence}. LINE reports "
     "could_not_connect."},
    {"chain_good", "{subject}, complete, trusted, good for {days} days"},
    {"chain_expires_soon", "The certificate of {subject} expires in {days} days."},
    {"chain_private_ca", "The chain ends at \"{issuer}\", which only your --ca-file vouches "
                         "for. LINE trusts public "
                         "authorities alone, and would not connect."},
    {"chain_no_bundle",
     "Whom to trust is not known here, so the certificate of {subject} could not be judged. "
     "{evidence}"},
    {"chain_incomplete",
     "The relay does not send the certificate of \"{missing}\", which signed its own. Browsers "
     "fetch it by themselves, so that the address looks fine there; LINE does not, and reports "
     "could_not_connect."},
    {"chain_expired", "{evidence} LINE reports could_not_connect."},
    {"chain_not_yet_valid", "{evidence} LINE reports could_not_connect."},
    {"chain_wrong_name",
     "The certificate is not for {host}, only for: {names}. LINE reports could_not_connect."},
    {"chain_self_signed",
     "The certificate is self-signed: nobody but its owner vouches for it. LINE refuses it and "
     "reports could_not_connect."},
    {"chain_untrusted",
     "The chain ends at \"{issuer}\", which is no public authority, or whose own certificate "
     "the relay leaves out. LINE reports could_not_connect."},
    {"chain_wrong_order",
     "The relay sends its certificates in the wrong order, or others' among them. LINE reports "
     "could_not_connect."},
    {"chain_weak", "{evidence}"},
    {"chain_not_for_servers", "{evidence}"},
    {"chain_unreadable", "{evidence}"},
    {"not_tls", "What answers there speaks no TLS. LINE connects with https only."},
    {"tls_failed", "No TLS connection came about: {evidence}. LINE reports could_not_connect."},
    {"tls_good", "{versions}, nothing older"},
    {"tls_only_12", "Only TLS 1.2 is offered, not 1.3. LINE can use it still."},
    {"tls_only_13", "Only TLS 1.3 is offered, not 1.2. LINE can use it; older clients cannot."},
    {"tls_old_accepted",
     "{versions}, and TLS 1.1 or older, too. LINE does not use those, and nobody should."},
    {"http_answered", "a webhook went all the way to the bot and back: {status} in {ms} ms"},
    {"http_relay_only", "the relay answers ({status}); nothing was sent through to the bot"},
    {"http_redirect",
     "{path} is answered {status}, a redirect to {location}. LINE follows none, and records "
     "error_status_code."},
    {"http_status",
     "A webhook to {path} is answered {status}, though the bot itself answers it well. LINE "
     "records error_status_code."},
    {"http_too_slow",
     "A webhook to {path} took {ms} ms. LINE waits 2 s, and records request_timeout."},
    {"http_timeout",
     "A webhook to {path} was not answered in {ms} ms. LINE waits 2 s, and records "
     "request_timeout."},
    {"http_broken", "{path} gave no answer in HTTP: {evidence}."},

    /* the link */
    {"linked", "linked, round trip {rtt_ms} ms"},
    {"link_connecting", "The agent is just connecting. {evidence}"},
    {"link_lost", "The agent has lost the relay, and tries again: {evidence}"},
    {"link_refused", "The relay refuses the agent: {evidence}"},
    {"link_replaced", "Another agent has taken this tunnel over: {evidence}"},
    {"clock_good", "this machine and the relay agree within {seconds} s"},
    {"clock_off",
     "This machine's clock is {seconds} s ahead of the relay's (less than 0: behind). Times in "
     "the journal are off by that."},
    {"clock_far_off",
     "This machine's clock is {seconds} s ahead of the relay's (less than 0: behind). "
     "Certificates are judged by it, and signatures with a time in them are refused."},
    {"relay_unreachable", "Not checked: the relay gives no time. {evidence}"},
    {"no_date", "Not checked: the relay gives no time."},
    {"inbox_empty", "nothing waits at the relay or here"},
    {"inbox_draining", "{kept} webhooks from while the agent was away are being delivered"},
    {"inbox_pending", "{pending} webhooks are pending: the bot has not answered them yet."},
    {"inbox_aside",
     "{aside} webhooks were set aside and are not tried any more; {pending} are pending."},

    /* the channel */
    {"secret_good", "looks like a channel secret"},
    {"secret_missing", "There is no channel secret, so signatures are not checked."},
    {"secret_unknown",
     "Not checked: the running agent keeps its secrets to itself, and this command has none."},
    {"secret_of_others_only",
     "There is a secret of {provider}, but no channel secret of LINE."},
    {"secret_has_spaces", "The channel secret ({label}) has spaces or line breaks in it."},
    {"secret_is_token",
     "What is given as channel secret ({label}) has {length} characters: it looks like a "
     "channel access token, which signs nothing."},
    {"secret_is_channel_id",
     "What is given as channel secret ({label}) is all digits: it looks like the channel ID."},
    {"secret_not_hex",
     "The channel secret ({label}) has characters that are no hexadecimal digits."},
    {"secret_wrong_length", "The channel secret ({label}) has {length} digits, not 32."},
    {"secret_upper_case",
     "The channel secret ({label}) is in capital letters. LINE's is in small ones, and a "
     "signature depends on it."},

    {"line_no_credentials",
     "Not checked: LINE answers only who has the channel's id and secret, or an access token."},
    {"line_account_good", "{name} ({basic_id})"},
    {"line_denied", "LINE does not take the credentials: {evidence}"},
    {"line_other_bot",
     "The credentials are those of {name} ({basic_id}), but the latest webhook was for another "
     "bot ({evidence})."},
    {"line_webhook_ours", "{url}"},
    {"line_webhook_other", "LINE sends to {url}, not to this tunnel."},
    {"line_webhook_none", "No webhook address is set, so LINE sends nothing."},
    {"line_webhook_off", "\"Use webhook\" is off, so LINE sends nothing to {url}."},
    {"line_test_limit", "Not checked: LINE tests an address at most 60 times in an hour."},
    {"line_redelivery_unknown",
     "Not checked: LINE tells nobody whether \"Webhook redelivery\" is on. The console does: "
     "\"Messaging API\", \"Webhook settings\". Hookline needs it not."},
    {"line_ok", "LINE sent a webhook to this tunnel, and got its 200"},
    {"line_unknown_host", "LINE cannot look the host name up ({evidence})."},
    {"line_dns_timeout", "The domain's name servers do not answer LINE ({evidence})."},
    {"line_invalid_url", "LINE cannot read the address ({evidence})."},
    {"line_connect_timeout",
     "The relay's machine does not answer LINE, not even with a refusal ({evidence})."},
    {"line_tls_handshake",
     "TLS with LINE failed ({evidence}): a certificate that LINE does not trust, or no TLS "
     "version in common."},
    {"line_no_tls", "What answers LINE there speaks no TLS ({evidence})."},
    {"line_negotiation",
     "LINE and what answers there found no version of HTTP in common ({evidence})."},
    {"line_goaway", "The connection was ended just when LINE used it ({evidence})."},
    {"line_session_closed", "The connection was closed just when LINE used it ({evidence})."},
    {"line_connect_failed", "LINE could not connect ({evidence})."},
    {"line_timeout", "There was no answer in LINE's 2 s ({evidence})."},
    {"line_status_404", "What answers LINE has nothing at that path ({evidence})."},
    {"line_status_401", "LINE's signature was refused ({evidence})."},
    {"line_status_503", "The relay could not take LINE's webhook ({evidence})."},
    {"line_status", "LINE got another answer than 200 ({evidence})."},
    {"line_closed_session", "The connection with LINE broke before the answer ({evidence})."},
    {"line_closed_stream", "LINE's request was cut off before its answer ({evidence})."},
    {"line_unclassified", "LINE says no more than: {evidence}."},

    /* the bot */
    {"no_address", "Not checked: no --forward says where the bot listens."},
    {"listens", "{address} accepts connections"},
    {"bot_down", "Nothing listens on {address} (connection refused)."},
    {"bot_unknown_host", "There is no host of that name: {address}."},
    {"bot_no_answer", "{address} does not answer, not even with a refusal: {evidence}."},
    {"answered", "{status} in {ms} ms to a webhook without events, as LINE's Verify sends it"},
    {"answer_slow",
     "{status}, but it took {ms} ms for a webhook without events. LINE waits 2 s."},
    {"answer_too_slow",
     "{status}, but it took {ms} ms. LINE waits 2 s, and records request_timeout."},
    {"answer_timeout",
     "The bot took the webhook and gave no answer in {ms} ms. LINE records request_timeout."},
    {"answer_status",
     "The bot answers {status} to a signed webhook without events. LINE wants 2xx, and records "
     "error_status_code."},
    {"answer_redirect",
     "The bot answers {status}, a redirect to {location}. LINE follows none, and records "
     "error_status_code."},
    {"answer_not_http", "What answers on {address} is not HTTP: {evidence}."},
    {"bot_speaks_tls", "{address} speaks https, and --forward says http."},
    {"answer_cut", "The bot closed the connection without an answer: {evidence}."},
    {"bot_tls_failed", "TLS with the bot at {address} failed: {evidence}."},
    {"refused", "{status} to a webhook with a wrong signature"},
    {"accepts_bad_signature",
     "The bot answers {status} to a webhook whose signature is wrong: it does not check. "
     "Anybody who knows its address can make it say what they like."},
    {"refused_silently", "A webhook with a wrong signature gets no answer at all: {evidence}."},
    {0},
};

const struct doctor_text_row doctor_text_fixes[] = {
    {"relay_public_address",
     "give the relay's name a public address (an A record), and forward port 443 to it."},
    {"relay_a_record", "add an A record with the relay's IPv4 address."},
    {"relay_dns_record",
     "add the record (and *.DOMAIN for the tunnels) where the domain's DNS is managed, or "
     "correct the relay's name: hookline login --relay HOST."},
    {"network_dns", "see whether this machine is online and its name server answers."},
    {"relay_running",
     "see on the relay's machine whether it runs (systemctl status hookline-relay) and which "
     "port it listens on (--listen)."},
    {"relay_firewall",
     "open TCP port 443 in the firewalls of the relay's machine and of its provider."},
    {"relay_443", "let the relay listen on 443: hookline-relay serve --listen :443."},
    {"relay_tls_port", "the relay's --listen must be on this port, not --listen-plain."},
    {"relay_tls",
     "let nothing else (a proxy, a load balancer) end TLS before the relay, or give it TLS 1.2 "
     "and 1.3."},
    {"relay_tls_old", "switch TLS 1.0 and 1.1 off in the proxy that stands before the relay."},
    {"relay_redirect",
     "use the address it redirects to as the webhook URL, or take the redirect out of the "
     "proxy before the relay."},
    {"relay_http", "see what stands between: a proxy that does not speak HTTP/1.1?"},
    {"relay_log", "see the relay's log (journalctl -u hookline-relay), and check again."},
    {"chain_public_ca",
     "get a certificate from a public authority, for example from Let's Encrypt with certbot; "
     "for tests on this machine alone it may stay as it is."},
    {"chain_name",
     "get a certificate that has this name too: certbot -d DOMAIN -d '*.DOMAIN' (the second "
     "needs a DNS challenge)."},
    {"chain_new",
     "get a new certificate for an EC key on P-256 or an RSA key of 2048 bits or more."},
    {"chain_bundle", "install ca-certificates."},
    {"link_wait", "check again in a moment."},
    {"link_network", "see whether this machine is online; the agent goes on trying."},
    {"link_other_agent",
     "stop the other agent, or take another tunnel for this one; then run hookline up again."},
    {"clock_set", "set the clock: timedatectl set-ntp true."},
    {"secret_where",
     "copy it from LINE's console, the channel's tab \"Basic settings\", \"Channel secret\", "
     "and give it with hookline login --secret-file FILE."},
    {"line_credentials",
     "give the id and the secret of one Messaging API channel (--channel-id ID, --secret-file "
     "FILE), or a valid access token of it (--access-token-file FILE)."},
    {"line_use_webhook",
     "switch it on; only the console can: LINE Developers, the channel, \"Messaging API\", "
     "\"Webhook settings\", \"Use webhook\"."},
    {"line_url", "write https://HOST/PATH, of at most 500 characters."},
    {"bot_start", "start the bot, or correct the address: hookline up --forward URL."},
    {"bot_address", "correct the address: hookline up --forward http://127.0.0.1:PORT/PATH."},
    {"bot_path", "the bot has nothing at this path; give its webhook's path in --forward "
                 "(often /callback or /webhook)."},
    {"bot_post", "the bot must take POST at this path."},
    {"bot_secret",
     "the bot refuses a good signature: let it have the same channel secret as Hookline, and "
     "check the raw body, before any parser changes it."},
    {"bot_redirect",
     "give the address it redirects to in --forward; a missing or extra / at the end is a "
     "usual cause."},
    {"bot_log",
     "see the bot's own log; it must answer 200 to a webhook whose list of events is empty."},
    {"bot_answer_first",
     "answer 200 first and work afterwards. Hookline's guard covers you here, but nothing does "
     "in production."},
    {"bot_http", "it is a port of another program; correct the address in --forward."},
    {"bot_tls",
     "use http:// in --forward for a bot on this machine, or give it a certificate that this "
     "machine trusts."},
    {"bot_check_signature",
     "compare x-line-signature with the HMAC-SHA256 of the raw body, and answer 401 when it "
     "differs; every SDK of LINE has it ready."},
    {"bot_answer_401", "answer 401 instead of hanging."},
    {0},
};

const struct doctor_text_row doctor_text_commands[] = {
    {"not_logged_in", "log in:"},
    {"no_agent", "start it:"},
    {"line_no_credentials", "give them, if LINE shall be asked:"},
    {"line_webhook_none", "set it:"},
    {"line_webhook_other", "set it (with --yes), or let `hookline up --line` do it:"},
    {"chain_incomplete", "give the relay the full chain, then check again:"},
    {"chain_wrong_order", "give the relay the full chain as the CA made it:"},
    {"chain_expired",
     "renew it on the relay's machine, and see why that did not happen by itself:"},
    {"chain_expires_soon",
     "renew it on the relay's machine, and see why that has not happened by itself:"},
    {"http_status", "see what became of it on the way:"},
    {"link_refused", "log in again, with a token that the relay knows:"},
    {"inbox_aside", "see which and why; then `hookline retry` or `hookline drop`:"},
    {"inbox_pending", "see which and why:"},
    {"secret_missing",
     "put the channel secret (LINE's console, \"Basic settings\") into a file, and:"},
    {"secret_unknown", "give it the channel secret, too:"},
    {"secret_of_others_only",
     "put the channel secret (LINE's console, \"Basic settings\") into a file, and:"},
    {"bot_speaks_tls", "forward to https:"},
    {"bot_down", "something else listens on this machine's port {other_port}; if that is it:"},
    {0},
};
