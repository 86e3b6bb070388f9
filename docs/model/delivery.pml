/* The delivery protocol of Hookline (docs/delivery.md), for the model checker Spin.
 *
 * A sender sends N webhooks to a relay; an agent links to the relay, records them in its
 * journal and hands them to a bot.  Anything may be killed, cut, or refused by a disk, at
 * any step, in any order.  README.md says what is checked, how to run it, and which code
 * each part stands for.
 *
 * Time does not exist here: what happens "after 1.5 s" may happen at any moment.  That
 * covers every speed of every party.  A step (d_step) is one callback of an event loop, or
 * one commit of a writer thread.  What a kill takes away is `relay memory`, `agent memory`
 * and what is with the writers; what it leaves is `inbox` and `journal`. */

#ifndef N
#define N 2 /* deliveries; number 0 arrives first */
#endif
#ifndef LINKS
#define LINKS 2 /* at a time: the current one and those before it */
#endif

/* --answer and --offline */
#define GUARD 0
#define NOW 1
#define BOT 2
#ifndef ANSWER
#define ANSWER GUARD
#endif
#define KEEP 0
#define REFUSE 1
#ifndef OFFLINE
#define OFFLINE KEEP
#endif

#ifndef FAULTS
#define FAULTS 2 /* at most, of any kinds and in any order */
#endif

#define HAS(set, x) (((set) >> (x)) & 1)
#define ADD(set, x) set = (set) | (1 << (x))
#define TAKE(set, x) set = (set) & ~(1 << (x))
#define NOBODY LINKS /* no link: it was closed meanwhile */

/* ---- what is known to the outside -------------------------------------------------- */

/* The sender: has not sent, waits, heard 200, heard 4xx or 5xx, lost the connection. */
#define TO_COME 0
#define WAITS 1
#define HEARD_200 2
#define HEARD_NO 3
#define HEARD_NOTHING 4
byte sender[N];
byte arrived; /* how many */

/* ---- durable ----------------------------------------------------------------------- */

bool inbox[N];
byte inbox_ghost; /* 1 + d: a put that failed, and may be found after a kill all the same */
byte rows[N];     /* of the journal that hold this delivery */
byte place[N];    /* of its first row, from 1 */
byte journal_len;
byte journal_ghost;
bool bot_got[N];  /* and the row says so */

/* ---- with the writer threads ------------------------------------------------------- */

#define PUT 0
#define REMOVE 1
chan inbox_queue = [2 * N] of {bit, byte};         /* operation, delivery */
chan inbox_done = [N] of {byte, bool};             /* delivery, is durable */
chan journal_queue = [2 * N] of {byte, byte};      /* delivery, link */
#define FAILED 0
#define STORED 1
#define KNOWN 2
chan journal_done = [2 * N] of {byte, byte, byte}; /* delivery, link, result */
bool journal_has_failed; /* and not everybody has been told who was with the writer */

/* ---- relay memory ------------------------------------------------------------------ */

#define CLOSED 0
#define OLD 1
#define CURRENT 2
byte relay_link[LINKS];
bool is_open[N];  /* nobody has confirmed it */
byte on[N];       /* set of links where a stream of it waits for 102 */
bool is_being_put[N];
bool is_kept[N];
bool is_stored[N]; /* 102 was seen, and the sender waits for more */
bool is_stalled;
bool says_resume; /* with the next stream */
bool is_handing_over;

/* ---- agent memory ------------------------------------------------------------------ */

bool agent_link[LINKS];
byte newest; /* link, or NOBODY */
byte poison; /* set of links of which nothing is taken until hookline-resume */
bool is_refusing; /* the journal has begun to say that it failed, and takes nothing more */
bool is_bot_due[N];

/* ---- between them ------------------------------------------------------------------ */

/* A request stands in its link's queue until the agent takes it: that is when its body is
 * complete, and those of all before it.  So the queue is the wire and the agent's intake. */
#define PLAIN 0
#define RESUME 1
#define TORN 2 /* reset in the middle of its body: never complete */
chan down[LINKS] = [2 * N] of {byte, byte}; /* delivery, kind */
#define SAYS_STORED 0
#define SAYS_NO 1
chan up[LINKS] = [2 * N] of {bit, byte};
/* Nothing more gets through, which neither side need know; what is under way still may. */
bool is_down_dead[LINKS], is_up_dead[LINKS];

byte faults = FAULTS;

byte i, x, y, z; /* scratch within one step, 0 between them */

/* ==================================================================================== */

#if LINKS > 2
#define THIRD_LINK (relay_link[2] == CURRENT -> 2 : NOBODY)
#else
#define THIRD_LINK NOBODY
#endif
#define CURRENT_LINK \
    (relay_link[0] == CURRENT -> 0 : (relay_link[1] == CURRENT -> 1 : THIRD_LINK))

/* The order rule: d may go over the link l if every delivery before it that nobody has
 * confirmed is on its way over l. */
#ifdef PLANT_IGNORE_OLD_LINK
#define LETS_PASS(e, d, l) ((e) >= (d) || !is_open[e] || on[e] != 0)
#elif defined(PLANT_IGNORE_PUT)
#define LETS_PASS(e, d, l) ((e) >= (d) || !is_open[e] || HAS(on[e], l) || is_being_put[e])
#else
#define LETS_PASS(e, d, l) ((e) >= (d) || !is_open[e] || HAS(on[e], l))
#endif
#define INBOX_IS_IDLE(e) (!is_kept[e] && !is_being_put[e])
#if N > 2
#define IS_NEXT(d, l) (LETS_PASS(0, d, l) && LETS_PASS(1, d, l))
#define IS_INBOX_IDLE (INBOX_IS_IDLE(0) && INBOX_IS_IDLE(1) && INBOX_IS_IDLE(2))
#else
#define IS_NEXT(d, l) LETS_PASS(0, d, l)
#define IS_INBOX_IDLE (INBOX_IS_IDLE(0) && INBOX_IS_IDLE(1))
#endif

/* I1: the one place where a sender hears 200. */
inline answer_200(d)
{
    assert(inbox[d] || rows[d] > 0);
    sender[d] = HEARD_200
}

inline put(d)
{
    is_being_put[d] = true;
    inbox_queue!PUT, d;
#ifdef PLANT_ANSWER_BEFORE_INBOX
    if
    :: sender[d] == WAITS -> answer_200(d)
    :: else
    fi
#endif
}

inline forget(d)
{
    is_open[d] = false;
    if
    :: sender[d] == WAITS -> sender[d] = HEARD_NO
    :: else
    fi
}

/* A stream of it ended without 102. */
inline fall_back(d)
{
    if
    :: !is_open[d] || !INBOX_IS_IDLE(d) || on[d] != 0
#ifdef PLANT_LOST_LINK_IS_FORGOTTEN
    :: else -> is_open[d] = false
#elif defined(PLANT_LOST_LINK_IS_200)
    :: else -> is_open[d] = false; answer_200(d)
#else
    :: else ->
        if
        :: ANSWER != BOT && OFFLINE == KEEP -> put(d)
        :: else -> forget(d)
        fi
#endif
    fi
}

inline send(d, l)
{
    ADD(on[d], l);
    if
    :: is_down_dead[l]
    :: else -> down[l]!d, (says_resume -> RESUME : PLAIN)
    fi;
    says_resume = false
}

inline dispatch(d)
{
    if
    :: CURRENT_LINK == NOBODY && OFFLINE == REFUSE -> forget(d)
#ifdef PLANT_DIRECT_PAST_INBOX
    :: CURRENT_LINK != NOBODY && !is_stalled -> send(d, CURRENT_LINK)
#else
    :: CURRENT_LINK != NOBODY && !is_stalled && IS_INBOX_IDLE && IS_NEXT(d, CURRENT_LINK) ->
        send(d, CURRENT_LINK)
#endif
    :: else -> put(d)
    fi
}

inline confirm(d)
{
    if
    :: !is_open[d]
    :: else ->
        is_open[d] = false;
        if
        :: INBOX_IS_IDLE(d)
        :: else -> inbox_queue!REMOVE, d
        fi;
        is_kept[d] = false;
        if
        :: sender[d] != WAITS
        :: sender[d] == WAITS && ANSWER == NOW -> answer_200(d)
        :: sender[d] == WAITS && ANSWER != NOW -> is_stored[d] = true
        fi
    fi
}

/* ---- the relay, one delivery (relay-server/delivery) --------------------------------- */

#define IS_WITHOUT_PLACE(d) (is_open[d] && INBOX_IS_IDLE(d))

proctype delivery(byte d)
{
end:
    do
    /* The request's last byte.  A handover lets it wait for the new process. */
    :: d_step {
        arrived == d && !is_handing_over ->
            arrived++;
            sender[d] = WAITS;
            is_open[d] = true;
            dispatch(d)
       }
    /* The drain: from the inbox, oldest first. */
    :: d_step {
        is_kept[d] && !is_stalled && !is_handing_over && CURRENT_LINK != NOBODY &&
        !HAS(on[d], CURRENT_LINK) && IS_NEXT(d, CURRENT_LINK) ->
            send(d, CURRENT_LINK);
#ifdef PLANT_REMOVE_BEFORE_102
            inbox_queue!REMOVE, d;
            is_kept[d] = false
#endif
       }
    /* 1.5 s, or a handover, and nobody has confirmed it: into the inbox, while it stays on
     * the link. */
    :: d_step {
        sender[d] == WAITS && IS_WITHOUT_PLACE(d) && (ANSWER != BOT || is_handing_over) ->
            put(d)
       }
    /* The bot's answer, or 1.5 s without one: it is stored. */
    :: d_step {
        sender[d] == WAITS && is_stored[d] && ANSWER == GUARD ->
            is_stored[d] = false;
            answer_200(d)
       }
    :: d_step {
        sender[d] == WAITS && is_stored[d] && ANSWER == BOT && bot_got[d] ->
            is_stored[d] = false;
            answer_200(d)
       }
    /* --answer=bot, no answer: the link broke, or 60 s. */
    :: d_step {
        sender[d] == WAITS && ANSWER == BOT && (is_stored[d] || IS_WITHOUT_PLACE(d)) ->
            is_stored[d] = false;
            sender[d] = HEARD_NO
       }
    od
}

/* ---- the relay's inbox (relay-server/inbox) ------------------------------------------ */

inline on_put_failed(d)
{
    if
    :: sender[d] == WAITS && !is_stored[d] -> sender[d] = HEARD_NO
    :: else
    fi;
    if
    :: on[d] == 0 -> is_open[d] = false
    :: else
    fi
}

proctype inbox_writer()
{
end:
    do
    :: d_step {
        nempty(inbox_queue) ->
            inbox_queue?x, i;
            if
            :: x == PUT -> inbox[i] = true; inbox_done!i, true
            :: x == REMOVE -> inbox[i] = false
            fi;
            inbox_ghost = 0;
            x = 0; i = 0
       }
    :: d_step {
        inbox_queue?[PUT, _] && faults > 0 ->
            faults--;
            inbox_queue?x, i;
            inbox_done!i, false;
            inbox_ghost = i + 1;
            x = 0; i = 0
       }
    /* The loop hears of it. */
    :: d_step {
        nempty(inbox_done) ->
            inbox_done?i, x;
            is_being_put[i] = false;
            if
            :: x && is_open[i] ->
                is_kept[i] = true;
                if
                :: sender[i] == WAITS -> answer_200(i)
                :: else
                fi
            :: !x && is_open[i] -> on_put_failed(i)
            :: else /* an agent has confirmed it meanwhile, the removal is queued */
            fi;
            x = 0; i = 0
       }
    od
}

/* ---- the relay, one link (relay-server/links) ---------------------------------------- */

inline lose_streams(l)
{
    for (i : 0 .. N - 1) {
        if
        :: HAS(on[i], l) -> TAKE(on[i], l); fall_back(i)
        :: else
        fi
    }
    i = 0
}

inline end_of_relay_link(l)
{
    relay_link[l] = CLOSED;
    is_down_dead[l] = true;
    is_up_dead[l] = true;
    do
    :: nempty(up[l]) -> up[l]?x, y
    :: empty(up[l]) -> break
    od;
    x = 0; y = 0
}

/* A stream of d on l ended without 102, and the link lives. */
inline stall(d, l)
{
    TAKE(on[d], l);
    if
    :: relay_link[l] == CURRENT -> is_stalled = true
    :: else
    fi;
    fall_back(d)
}

#if N > 2
#define IS_ON(l) (HAS(on[0], l) || HAS(on[1], l) || HAS(on[2], l))
#else
#define IS_ON(l) (HAS(on[0], l) || HAS(on[1], l))
#endif

proctype relay_side(byte l)
{
end:
    do
    :: d_step {
        relay_link[l] != CLOSED && up[l]?[SAYS_STORED, _] ->
            up[l]?x, i;
            if
            :: HAS(on[i], l) -> TAKE(on[i], l); confirm(i)
            :: else /* the stream was reset */
            fi;
            x = 0; i = 0
       }
    :: d_step {
        relay_link[l] != CLOSED && up[l]?[SAYS_NO, _] ->
            up[l]?x, y;
            if
            :: HAS(on[y], l) -> stall(y, l)
            :: else
            fi;
            x = 0; y = 0
       }
    /* Everything that was under way is settled: on from the oldest. */
    :: d_step {
        relay_link[l] == CURRENT && is_stalled && !IS_ON(l) ->
            is_stalled = false;
#ifndef PLANT_NO_RESUME
            says_resume = true
#endif
       }
    /* A heartbeat that is not answered; or an old link's 30 s. */
    :: d_step {
        relay_link[l] != CLOSED &&
        (is_down_dead[l] || is_up_dead[l] || relay_link[l] == OLD) ->
            if
            :: relay_link[l] == CURRENT -> is_stalled = false; says_resume = false
            :: else
            fi;
            end_of_relay_link(l);
            lose_streams(l)
       }
    od
}

/* ---- the agent (relay-client/agent) -------------------------------------------------- */

inline tell(l, what, d)
{
    if
    :: l == NOBODY
    :: else ->
        if
        :: is_up_dead[l]
        :: else -> up[l]!what, d
        fi
    fi
}

/* Entries with the writers that name the link l name nobody from now on. */
inline rename_link(l)
{
    for (i : 1 .. len(journal_queue)) {
        journal_queue?x, y;
        journal_queue!x, (y == l -> NOBODY : y)
    }
    for (i : 1 .. len(journal_done)) {
        journal_done?x, y, z;
        journal_done!x, (y == l -> NOBODY : y), z
    }
    i = 0; x = 0; y = 0; z = 0
}

inline end_of_agent_link(l)
{
    agent_link[l] = false;
    is_down_dead[l] = true;
    is_up_dead[l] = true;
    TAKE(poison, l);
    if
    :: newest == l -> newest = NOBODY
    :: else
    fi;
    do
    :: nempty(down[l]) -> down[l]?x, y
    :: empty(down[l]) -> break
    od;
    x = 0; y = 0
}

#define IS_FREE(l) (!agent_link[l] && relay_link[l] == CLOSED)

proctype agent_side(byte l)
{
end:
    do
    /* The oldest request of the link is complete. */
    :: d_step {
        agent_link[l] && nempty(down[l]) && !down[l]?[_, TORN] && nfull(journal_queue) ->
            down[l]?x, y;
            if
            :: y == RESUME -> TAKE(poison, l)
            :: else
            fi;
            if
            :: HAS(poison, l) || is_refusing -> ADD(poison, l); tell(l, SAYS_NO, x)
            :: else ->
                journal_queue!x, l;
#ifdef PLANT_102_BEFORE_JOURNAL
                tell(l, SAYS_STORED, x)
#endif
            fi;
            x = 0; y = 0
       }
    /* It will never be complete, so what came behind it comes too early. */
    :: d_step {
        agent_link[l] && down[l]?[_, TORN] ->
            down[l]?x, y;
#ifndef PLANT_INTAKE_SKIPS_TORN
            ADD(poison, l);
#endif
            x = 0; y = 0
       }
#ifdef PLANT_INTAKE_SKIPS_TORN
    /* The same at the link's end: the first one is not complete, the next one is. */
    :: d_step {
        agent_link[l] && is_down_dead[l] && len(down[l]) > 1 -> down[l]?x, y;
            x = 0; y = 0
       }
#endif
    /* The heartbeat; or the relay's FIN.  What is not complete is forgotten. */
    :: d_step {
        agent_link[l] && (is_down_dead[l] || is_up_dead[l]) ->
            end_of_agent_link(l);
            rename_link(l)
       }
    /* It dials.  A second link takes over. */
    :: d_step {
        IS_FREE(l) && (l == 0 || !IS_FREE(l - 1)) && !is_handing_over &&
        (newest == NOBODY || faults > 0) ->
            if
            :: newest == NOBODY
            :: else -> faults--
            fi;
            for (i : 0 .. LINKS - 1) {
                if
                :: relay_link[i] == CURRENT -> relay_link[i] = OLD
                :: else
                fi
            }
            i = 0;
            is_down_dead[l] = false;
            is_up_dead[l] = false;
            agent_link[l] = true;
            newest = l;
            relay_link[l] = CURRENT;
            is_stalled = false;
            says_resume = false
       }
    od
}

/* ---- the journal (relay-client/journal) ---------------------------------------------- */

inline append(d)
{
    rows[d]++;
    assert(rows[d] == 1); /* I3 */
    journal_len++;
    place[d] = journal_len
}

/* One more has been told.  After a failure nothing is taken until all who were with the
 * writer have been told, for they were refused too. */
inline count_told(result)
{
    if
    :: result == FAILED -> is_refusing = true
    :: else
    fi;
    if
#ifdef PLANT_JOURNAL_TAKES_TOO_EARLY
    :: is_refusing ->
        do
        :: nempty(journal_queue) -> journal_queue?x, y; journal_done!x, y, FAILED
        :: empty(journal_queue) -> break
        od;
        is_refusing = false;
        journal_has_failed = false
#else
    :: is_refusing && len(journal_queue) == 0 && len(journal_done) == 0 ->
        is_refusing = false;
        journal_has_failed = false
#endif
    :: else
    fi
}

proctype journal_writer()
{
end:
    do
    :: d_step {
        nempty(journal_queue) && nfull(journal_done) ->
            journal_queue?x, y;
            if
#ifndef PLANT_WRITER_GOES_ON
            :: journal_has_failed -> journal_done!x, y, FAILED
#endif
#ifndef PLANT_NO_DEDUPLICATION
            :: !journal_has_failed && rows[x] > 0 -> journal_done!x, y, KNOWN
#endif
            :: else -> append(x); journal_ghost = 0; journal_done!x, y, STORED
            fi;
            x = 0; y = 0
       }
    :: d_step {
        nempty(journal_queue) && nfull(journal_done) && !journal_has_failed && faults > 0 ->
            faults--;
            journal_queue?x, y;
            journal_has_failed = true;
            if
            :: rows[x] == 0 -> journal_ghost = x + 1
            :: else
            fi;
            journal_done!x, y, FAILED;
            x = 0; y = 0
       }
    /* The loop hears of it. */
    :: d_step {
        nempty(journal_done) ->
            journal_done?x, y, z;
            if
            :: z == FAILED ->
                tell(y, SAYS_NO, x);
#ifndef PLANT_NO_POISON
                if
                :: y != NOBODY -> ADD(poison, y)
                :: else
                fi
#endif
            :: z == STORED -> tell(y, SAYS_STORED, x); is_bot_due[x] = true
            :: z == KNOWN -> tell(y, SAYS_STORED, x)
            fi;
            count_told(z);
            x = 0; y = 0; z = 0
       }
    od
}

/* ---- the bot, called by the agent until it has answered (pending_queue) --------------- */

proctype bot(byte d)
{
end:
    do
    :: d_step { is_bot_due[d] -> bot_got[d] = true; is_bot_due[d] = false }
    od
}

/* ---- faults -------------------------------------------------------------------------- */

inline kill_agent()
{
    for (i : 0 .. LINKS - 1) {
        if
        :: agent_link[i] -> end_of_agent_link(i)
        :: else
        fi
    }
    poison = 0;
    do
    :: nempty(journal_queue) -> journal_queue?x, y
    :: empty(journal_queue) -> break
    od;
    do
    :: nempty(journal_done) -> journal_done?x, y, z
    :: empty(journal_done) -> break
    od;
    journal_has_failed = false;
    is_refusing = false;
    i = 0; x = 0; y = 0; z = 0
}

/* journal_pending_find, before the first link. */
inline start_agent()
{
    journal_ghost = 0;
    for (i : 0 .. N - 1) {
#ifdef PLANT_PENDING_IS_FORGOTTEN
        is_bot_due[i] = false
#else
        is_bot_due[i] = rows[i] > 0 && !bot_got[i]
#endif
    }
    i = 0
}

inline end_relay()
{
    do
    :: nempty(inbox_queue) -> inbox_queue?x, y
    :: empty(inbox_queue) -> break
    od;
    do
    :: nempty(inbox_done) -> inbox_done?x, y
    :: empty(inbox_done) -> break
    od;
    for (i : 0 .. LINKS - 1) {
        if
        :: relay_link[i] != CLOSED -> end_of_relay_link(i)
        :: else
        fi
    }
    is_stalled = false;
    says_resume = false;
    is_handing_over = false;
    i = 0; x = 0; y = 0
}

inline start_relay()
{
    inbox_ghost = 0;
    for (i : 0 .. N - 1) {
        if
        :: sender[i] == WAITS -> sender[i] = HEARD_NOTHING
        :: else
        fi;
        on[i] = 0;
        is_being_put[i] = false;
        is_stored[i] = false;
        is_kept[i] = inbox[i];
        is_open[i] = inbox[i]
    }
    i = 0
}

#if N > 2
#define NOBODY_WAITS (sender[0] != WAITS && sender[1] != WAITS && sender[2] != WAITS)
#else
#define NOBODY_WAITS (sender[0] != WAITS && sender[1] != WAITS)
#endif

proctype fate()
{
end:
    do
    :: d_step { faults > 0 -> faults--; kill_agent(); start_agent() }
    :: d_step {
        faults > 0 && journal_ghost > 0 -> /* the failed commit was on the disk after all */
            faults--;
            kill_agent();
            i = journal_ghost - 1;
            append(i);
            start_agent()
       }
    :: d_step { faults > 0 -> faults--; end_relay(); start_relay() }
    :: d_step {
        faults > 0 && inbox_ghost > 0 ->
            faults--;
            inbox[inbox_ghost - 1] = true;
            end_relay();
            start_relay()
       }
    /* serve --takeover: the old process puts what nobody has confirmed into the inbox,
     * closes it, and the new one goes on.  The old one's links end later. */
    :: d_step { faults > 0 && !is_handing_over -> faults--; is_handing_over = true }
    :: d_step {
        is_handing_over && empty(inbox_queue) && empty(inbox_done) &&
#ifndef PLANT_HANDOVER_DOES_NOT_WAIT
        NOBODY_WAITS &&
#endif
        true ->
            assert(NOBODY_WAITS);
            end_relay();
            start_relay()
       }
    /* Nothing bad happens any more. */
    :: d_step { faults > 0 -> faults = 0 }
    od
}

/* Of a link: it is cut, in one direction or both; a stream is reset in its body. */
proctype link_fate(byte l)
{
end:
    do
    :: d_step {
        faults > 0 && agent_link[l] && !is_down_dead[l] -> faults--; is_down_dead[l] = true
       }
    :: d_step {
        faults > 0 && agent_link[l] && !is_up_dead[l] -> faults--; is_up_dead[l] = true
       }
    :: d_step {
        faults > 0 && agent_link[l] && !is_down_dead[l] && !is_up_dead[l] ->
            faults--; is_down_dead[l] = true; is_up_dead[l] = true
       }
    /* The first one in the queue only: the others get their turn. */
    :: d_step {
        faults > 0 && relay_link[l] != CLOSED && nempty(down[l]) && !down[l]?[_, TORN] ->
            faults--;
            down[l]?x, y;
            down[l]!x, TORN;
            for (i : 2 .. len(down[l])) {
                down[l]?y, z;
                down[l]!y, z
            }
            i = 0; y = 0; z = 0;
            stall(x, l);
            x = 0
       }
    od
}

/* ---- when nothing can happen any more ------------------------------------------------ */

proctype referee()
{
    timeout;
    assert(arrived == N);
    d_step {
        for (x : 0 .. N - 1) {
            /* I2: everybody has an answer, but those whose connection a kill cut */
            assert(sender[x] != WAITS);
            /* I9 */
            assert(sender[x] != HEARD_200 || rows[x] == 1);
            assert(!inbox[x] && !is_open[x]);
            /* the bot got what the journal has */
            assert(rows[x] == 0 || bot_got[x]);
            /* I4 */
            for (y : 0 .. N - 1) {
                assert(!(x < y && sender[x] == HEARD_200 && sender[y] == HEARD_200) ||
                       place[x] < place[y])
            }
        }
        x = 0; y = 0
    }
}

init
{
    atomic {
        newest = NOBODY;
        for (i : 0 .. LINKS - 1) {
            is_down_dead[i] = true;
            is_up_dead[i] = true
        }
        for (i : 0 .. N - 1) {
            run delivery(i);
            run bot(i)
        }
        for (i : 0 .. LINKS - 1) {
            run relay_side(i);
            run agent_side(i);
            run link_fate(i)
        }
        i = 0;
        run inbox_writer();
        run journal_writer();
        run fate();
        run referee()
    }
}
