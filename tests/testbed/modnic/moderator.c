// SPDX-License-Identifier: GPL-2.0
/*
 * When the interrupt comes. A frame waits until
 *   - `frames` of them wait (0: that does not count), or
 *   - `usecs` have passed since the first of them came (0: nobody waits);
 * then NAPI is scheduled, and further frames wait until it is done.
 */
#include <linux/skbuff.h>
#include <linux/version.h>

#include "modnic.h"

static void interrupt(struct moderator *mod, u64 *cause)
{
	mod->masked = true;
	/* A callback that has begun finds nothing armed, and returns. */
	mod->armed = false;
	hrtimer_try_to_cancel(&mod->timer);
	mod->count.interrupts++;
	(*cause)++;
	napi_schedule(&mod->napi);
}

/* A frame has come, or NAPI is done: interrupt now, later, or not at all. Holds the lock. */
static void moderate(struct moderator *mod)
{
	u32 waiting = skb_queue_len(&mod->waiting);

	if (mod->masked || !mod->open || !waiting)
		return;
	if (!mod->usecs || (mod->frames && waiting >= mod->frames)) {
		interrupt(mod, &mod->count.by_frames);
	} else if (!mod->armed) {
		mod->armed = true;
		mod->due = ktime_add_us(ktime_get(), mod->usecs);
		hrtimer_start(&mod->timer, mod->due, HRTIMER_MODE_ABS);
	}
}

/*
 * Its time may be over while it waits for the lock: disarmed, and armed again for later. Whether it
 * is meant is told by `armed` and `due`; hrtimer_active() is true of a callback that has done its
 * work already, and whoever went by that would leave a frame waiting for ever.
 */
static enum hrtimer_restart time_is_up(struct hrtimer *timer)
{
	struct moderator *mod = container_of(timer, struct moderator, timer);
	unsigned long flags;

	spin_lock_irqsave(&mod->lock, flags);
	if (mod->armed && ktime_compare(ktime_get(), mod->due) >= 0)
		interrupt(mod, &mod->count.by_time);
	spin_unlock_irqrestore(&mod->lock, flags);
	return HRTIMER_NORESTART;
}

/* False: closed, or `ring` frames wait; the frame is still the caller's. */
bool moderator_add(struct moderator *mod, struct sk_buff *skb, unsigned int bytes, u32 ring)
{
	unsigned long flags;
	bool fits;

	spin_lock_irqsave(&mod->lock, flags);
	fits = mod->open && skb_queue_len(&mod->waiting) < ring;
	if (fits) {
		__skb_queue_tail(&mod->waiting, skb);
		mod->count.packets++;
		mod->count.bytes += bytes;
		moderate(mod);
	}
	spin_unlock_irqrestore(&mod->lock, flags);
	return fits;
}

struct sk_buff *moderator_take(struct moderator *mod)
{
	struct sk_buff *skb;
	unsigned long flags;

	spin_lock_irqsave(&mod->lock, flags);
	skb = __skb_dequeue(&mod->waiting);
	spin_unlock_irqrestore(&mod->lock, flags);
	return skb;
}

/* NAPI is done, and what came meanwhile begins to wait. */
void moderator_done(struct moderator *mod)
{
	unsigned long flags;

	spin_lock_irqsave(&mod->lock, flags);
	mod->masked = false;
	moderate(mod);
	spin_unlock_irqrestore(&mod->lock, flags);
}

/* What waited under the old values must not wait for ever. */
void moderator_set(struct moderator *mod, u32 usecs, u32 frames)
{
	local_bh_disable(); /* NAPI shall run when this is over */
	spin_lock_irq(&mod->lock);
	if (mod->usecs != usecs || mod->frames != frames) {
		mod->usecs = usecs;
		mod->frames = frames;
		if (mod->armed)
			interrupt(mod, &mod->count.by_time);
	}
	spin_unlock_irq(&mod->lock);
	local_bh_enable();
}

struct counts moderator_counts(struct moderator *mod)
{
	struct counts count;
	unsigned long flags;

	spin_lock_irqsave(&mod->lock, flags);
	count = mod->count;
	spin_unlock_irqrestore(&mod->lock, flags);
	return count;
}

void moderator_open(struct moderator *mod)
{
	napi_enable(&mod->napi);
	spin_lock_irq(&mod->lock);
	mod->open = true;
	mod->masked = false;
	spin_unlock_irq(&mod->lock);
}

void moderator_close(struct moderator *mod)
{
	struct sk_buff_head gone;

	__skb_queue_head_init(&gone);
	spin_lock_irq(&mod->lock);
	mod->open = false;
	mod->armed = false;
	skb_queue_splice_init(&mod->waiting, &gone);
	spin_unlock_irq(&mod->lock);
	hrtimer_cancel(&mod->timer);
	napi_disable(&mod->napi);
	__skb_queue_purge(&gone); /* not under the lock: their sockets may have something to say */
}

void moderator_init(struct moderator *mod)
{
	spin_lock_init(&mod->lock);
	__skb_queue_head_init(&mod->waiting);
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
	hrtimer_setup(&mod->timer, time_is_up, CLOCK_MONOTONIC, HRTIMER_MODE_ABS);
#else
	hrtimer_init(&mod->timer, CLOCK_MONOTONIC, HRTIMER_MODE_ABS);
	mod->timer.function = time_is_up;
#endif
}
