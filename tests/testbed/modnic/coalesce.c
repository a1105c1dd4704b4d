// SPDX-License-Identifier: GPL-2.0
/* What ethtool shows and takes. */
#include <linux/module.h>

#include "modnic.h"

#define MAX_USECS 8191
#define MAX_FRAMES 1024
#define MAX_SECONDS 3600

/* The rest as mlx4 has it. */
struct settings vendor = {
	.rx_usecs = 16,
	.rx_frames = 88,
	.tx_usecs = 16,
	.tx_frames = 16,
	.adaptive = true,
	.usecs_high = 128,
	.rate_low = 400000,
	.rate_high = 450000,
};
module_param_named(rx_usecs, vendor.rx_usecs, uint, 0444);
MODULE_PARM_DESC(rx_usecs, "what the vendor ships, in us (default 16)");
module_param_named(rx_frames, vendor.rx_frames, uint, 0444);
MODULE_PARM_DESC(rx_frames, "what the vendor ships (default 88)");
module_param_named(tx_usecs, vendor.tx_usecs, uint, 0444);
MODULE_PARM_DESC(tx_usecs, "what the vendor ships, in us (default 16)");
module_param_named(tx_frames, vendor.tx_frames, uint, 0444);
MODULE_PARM_DESC(tx_frames, "what the vendor ships (default 16)");
module_param_named(adaptive_rx, vendor.adaptive, bool, 0444);
MODULE_PARM_DESC(adaptive_rx, "what the vendor ships (default on)");

bool use_dim;
module_param_named(dim, use_dim, bool, 0444);
MODULE_PARM_DESC(dim, "adapts by the kernel's DIM instead of mlx4's rule: no low and high times");

int coalesce_get(struct net_device *dev, struct ethtool_coalesce *c,
		 struct kernel_ethtool_coalesce *kernel, struct netlink_ext_ack *extack)
{
	struct end *end = netdev_priv(dev);
	const struct settings *set = &end->set;
	bool rung = manners_show_rung(set);

	c->rx_coalesce_usecs = rung ? READ_ONCE(end->rx.usecs) : set->rx_usecs;
	c->rx_max_coalesced_frames = rung ? READ_ONCE(end->rx.frames) : set->rx_frames;
	c->tx_coalesce_usecs = set->tx_usecs;
	c->tx_max_coalesced_frames = set->tx_frames;
	c->use_adaptive_rx_coalesce = set->adaptive;
	if (use_dim)
		return 0;
	c->rx_coalesce_usecs_low = set->usecs_low;
	c->rx_coalesce_usecs_high = set->usecs_high;
	c->pkt_rate_low = set->rate_low;
	c->pkt_rate_high = set->rate_high;
	c->rate_sample_interval = set->sample_interval;
	return 0;
}

static int out_of_range(const struct settings *set, struct netlink_ext_ack *extack)
{
	if (set->rx_usecs > MAX_USECS || set->tx_usecs > MAX_USECS ||
	    set->usecs_low > MAX_USECS || set->usecs_high > MAX_USECS) {
		NL_SET_ERR_MSG_FMT_MOD(extack, "times are at most %d us", MAX_USECS);
		return -ERANGE;
	}
	if (set->rx_frames > MAX_FRAMES || set->tx_frames > MAX_FRAMES) {
		NL_SET_ERR_MSG_FMT_MOD(extack, "frames are at most %d", MAX_FRAMES);
		return -ERANGE;
	}
	if (set->sample_interval > MAX_SECONDS) {
		NL_SET_ERR_MSG_FMT_MOD(extack, "sample-interval is at most %d s", MAX_SECONDS);
		return -ERANGE;
	}
	return 0;
}

static int contradictory(const struct settings *set, struct netlink_ext_ack *extack)
{
	const char *why = NULL;

	if (!set->rx_usecs && !set->rx_frames)
		why = "rx-usecs and rx-frames are both 0";
	else if (!set->tx_usecs && !set->tx_frames)
		why = "tx-usecs and tx-frames are both 0";
	else if (set->usecs_low > set->usecs_high)
		why = "rx-usecs-low is above rx-usecs-high";
	else if (set->rate_low >= set->rate_high)
		why = "pkt-rate-low is not below pkt-rate-high";
	if (!why)
		return 0;
	NL_SET_ERR_MSG_FMT_MOD(extack, "%s", why);
	return -EINVAL;
}

static struct settings asked_for(const struct end *end, const struct ethtool_coalesce *c)
{
	struct settings set = end->set;

	set.rx_usecs = c->rx_coalesce_usecs;
	set.rx_frames = c->rx_max_coalesced_frames;
	set.tx_usecs = c->tx_coalesce_usecs;
	set.tx_frames = c->tx_max_coalesced_frames;
	set.adaptive = c->use_adaptive_rx_coalesce;
	if (use_dim)
		return set;
	set.usecs_low = c->rx_coalesce_usecs_low;
	set.usecs_high = c->rx_coalesce_usecs_high;
	set.rate_low = c->pkt_rate_low;
	set.rate_high = c->pkt_rate_high;
	set.sample_interval = c->rate_sample_interval;
	return set;
}

/* Adaptive, the receive side keeps what it has until the mode moves it. */
static void put_in_force(struct end *end, const struct settings *set)
{
	mutex_lock(&end->lock);
	end->set = *set;
	if (!set->adaptive)
		moderator_set(&end->rx, manners_effect(set->rx_usecs), set->rx_frames);
	moderator_set(&end->tx, manners_effect(set->tx_usecs), set->tx_frames);
	mutex_unlock(&end->lock);
}

int coalesce_set(struct net_device *dev, struct ethtool_coalesce *c,
		 struct kernel_ethtool_coalesce *kernel, struct netlink_ext_ack *extack)
{
	struct end *end = netdev_priv(dev);
	struct settings set = asked_for(end, c);
	int error = out_of_range(&set, extack) ?: contradictory(&set, extack) ?:
		    manners_refuse(&end->set, &set, extack);

	if (error)
		return error;
	manners_digest(end, &set);
	put_in_force(end, &set);
	netdev_flap(end);
	return 0;
}

void coalesce_init(struct end *end)
{
	mutex_init(&end->lock);
	end->set = vendor;
	moderator_set(&end->rx, manners_effect(vendor.rx_usecs), vendor.rx_frames);
	moderator_set(&end->tx, manners_effect(vendor.tx_usecs), vendor.tx_frames);
}
