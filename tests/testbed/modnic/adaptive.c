// SPDX-License-Identifier: GPL-2.0
/*
 * Two modes that move the receive time by themselves:
 *   - as mlx4 (mlx4_en_auto_moderation): every quarter of a second, but not before
 *     `sample-interval` seconds are over, the time goes between rx-usecs-low and rx-usecs-high by
 *     packet rate; rx-usecs-low below a lowest rate or for small packets. rx-frames stays;
 *   - DIM, the kernel's library, with its own ladder of times and frames.
 */
#include <linux/version.h>

#include "modnic.h"

/* From mlx4_en.h: up to this rate, or up to this packet size, latency matters. */
#define RATE_THRESHOLD 7812
#define SIZE_THRESHOLD 256
#define SAMPLE_DELAY (HZ / 4)

static u32 time_for(const struct settings *set, u64 rate, u64 size)
{
	if (rate <= RATE_THRESHOLD || size <= SIZE_THRESHOLD || rate <= set->rate_low)
		return set->usecs_low;
	if (rate >= set->rate_high)
		return set->usecs_high;
	return set->usecs_low + div_u64((rate - set->rate_low) * (set->usecs_high - set->usecs_low),
					set->rate_high - set->rate_low);
}

/* Begins a sample, and returns what the one before asks for. */
static u32 next_sample(struct end *end, unsigned long period)
{
	struct counts now = moderator_counts(&end->rx);
	u64 packets = now.packets - end->sampled.packets;
	u64 bytes = now.bytes - end->sampled.bytes;

	end->sampled = now;
	end->sampled_at = jiffies;
	return time_for(&end->set, div_u64(packets * HZ, period),
			packets ? div64_u64(bytes, packets) : 0);
}

static void sample(struct work_struct *work)
{
	struct end *end = container_of(to_delayed_work(work), struct end, sample);
	unsigned long period;

	mutex_lock(&end->lock);
	period = jiffies - end->sampled_at;
	if (end->set.adaptive && period && period >= (u64)end->set.sample_interval * HZ)
		moderator_set(&end->rx, manners_effect(next_sample(end, period)),
			      end->set.rx_frames);
	mutex_unlock(&end->lock);
	schedule_delayed_work(&end->sample, SAMPLE_DELAY);
}

static void climb(struct work_struct *work)
{
	struct end *end = container_of(work, struct end, dim.work);
	struct dim_cq_moder rung = net_dim_get_rx_moderation(end->dim.mode, end->dim.profile_ix);

	mutex_lock(&end->lock);
	if (end->set.adaptive)
		moderator_set(&end->rx, manners_effect(rung.usec), rung.pkts);
	mutex_unlock(&end->lock);
	end->dim.state = DIM_START_MEASURE;
}

/* NAPI has been at work: DIM may want another rung. Only NAPI calls this, so never two at once. */
void adaptive_look(struct end *end)
{
	struct dim_sample now = {};
	struct counts count;

	if (!use_dim || !READ_ONCE(end->set.adaptive))
		return;
	count = moderator_counts(&end->rx);
	dim_update_sample(count.interrupts, count.packets, count.bytes, &now);
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
	net_dim(&end->dim, &now);
#else
	net_dim(&end->dim, now);
#endif
}

void adaptive_open(struct end *end)
{
	end->sampled = moderator_counts(&end->rx);
	end->sampled_at = jiffies;
	end->dim.state = DIM_START_MEASURE;
	if (!use_dim)
		schedule_delayed_work(&end->sample, SAMPLE_DELAY);
}

/* Comes after NAPI has ended, so nobody asks for another rung. */
void adaptive_close(struct end *end)
{
	cancel_delayed_work_sync(&end->sample);
	cancel_work_sync(&end->dim.work);
}

void adaptive_init(struct end *end)
{
	INIT_DELAYED_WORK(&end->sample, sample);
	INIT_WORK(&end->dim.work, climb);
	end->dim.mode = DIM_CQ_PERIOD_MODE_START_FROM_EQE;
}
