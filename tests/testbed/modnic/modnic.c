// SPDX-License-Identifier: GPL-2.0
/*
 * modnic: pairs of netdevs that are each other's wire, with interrupt moderation that costs what it
 * costs on a NIC. A frame that one end sends waits at the other until
 *   - `rx-frames` frames wait, or
 *   - `rx-usecs` have passed since the first of them came (0: nobody waits);
 * then comes the "interrupt": NAPI is scheduled, and further frames wait until it is done.
 * With adaptive-rx the time moves between rx-usecs-low and rx-usecs-high by the rule of mlx4
 * (mlx4_en_auto_moderation): by packet rate, but rx-usecs-low below a lowest rate or for small
 * packets; rx-frames stays.
 *
 * Module parameters give it the defaults of a vendor and the bad manners of real drivers.
 */
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/hrtimer.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/version.h>
#include <linux/workqueue.h>

#define MAX_PAIRS 16
#define MAX_USECS 8191
#define MAX_FRAMES 1024
#define RING 4096

/* From mlx4_en.h: below this rate, or up to this packet size, latency matters. */
#define RATE_THRESHOLD 7812
#define SIZE_THRESHOLD 256
#define SAMPLE_DELAY (HZ / 4)

static uint pairs = 1;
module_param(pairs, uint, 0444);
MODULE_PARM_DESC(pairs, "pairs of netdevs: 0 and 1, 2 and 3, ...");

static uint rx_usecs = 16, rx_frames = 88;
static bool adaptive_rx = true;
module_param(rx_usecs, uint, 0444);
module_param(rx_frames, uint, 0444);
module_param(adaptive_rx, bool, 0444);
MODULE_PARM_DESC(rx_usecs, "what the vendor ships, as also rx_frames and adaptive_rx");

static char *version = "1.0";
module_param(version, charp, 0444);
MODULE_PARM_DESC(version, "driver version to show");

/* Bad manners. */
static uint round_to = 1, flap_ms;
static bool inert, refuse_default, refuse_while_adaptive;
module_param(round_to, uint, 0644);
MODULE_PARM_DESC(round_to, "rounds rx-usecs down to multiples of this, without a word");
module_param(inert, bool, 0644);
MODULE_PARM_DESC(inert, "takes and shows every setting, and never moderates");
module_param(refuse_default, bool, 0644);
MODULE_PARM_DESC(refuse_default, "refuses the rx-frames that it was loaded with");
module_param(refuse_while_adaptive, bool, 0644);
MODULE_PARM_DESC(refuse_while_adaptive, "refuses another rx-usecs while adaptive");
module_param(flap_ms, uint, 0644);
MODULE_PARM_DESC(flap_ms, "loses its carrier for so long at every change");

struct settings {
	u32 usecs, frames, usecs_low, usecs_high, rate_low, rate_high, sample_interval;
	bool adaptive;
};

struct counters {
	u64 interrupts, by_frames, by_time, packets, bytes, dropped;
};

struct end {
	struct net_device *dev;
	struct end *peer;
	struct napi_struct napi;
	struct hrtimer timer;
	struct delayed_work sample, carrier_back;
	spinlock_t lock; /* what follows; also taken in hard interrupts */
	struct sk_buff_head waiting;
	struct settings set;
	struct counters count, sampled;
	unsigned long sampled_at;
	u32 usecs_now; /* rx-usecs, or what the adaptive mode chose */
	bool open, masked; /* masked: NAPI is at work, no interrupt until it is done */
};

static struct end *ends[2 * MAX_PAIRS];

/* ---- the interrupt ---- */

static void interrupt(struct end *end, u64 *cause)
{
	end->masked = true;
	end->count.interrupts++;
	(*cause)++;
	napi_schedule(&end->napi);
}

/* A frame has come, or NAPI is done: interrupt now, later, or not at all. Holds the lock. */
static void moderate(struct end *end)
{
	u32 waiting = skb_queue_len(&end->waiting);

	if (end->masked || !end->open || waiting == 0)
		return;
	if (inert || end->usecs_now == 0 || (end->set.frames && waiting >= end->set.frames)) {
		/* A callback that runs already finds the interrupt masked. */
		hrtimer_try_to_cancel(&end->timer);
		interrupt(end, &end->count.by_frames);
	} else if (!hrtimer_active(&end->timer)) {
		hrtimer_start(&end->timer, ns_to_ktime((u64)end->usecs_now * NSEC_PER_USEC), HRTIMER_MODE_REL);
	}
}

static enum hrtimer_restart time_is_up(struct hrtimer *timer)
{
	struct end *end = container_of(timer, struct end, timer);
	unsigned long flags;

	spin_lock_irqsave(&end->lock, flags);
	if (!end->masked && end->open && !skb_queue_empty(&end->waiting))
		interrupt(end, &end->count.by_time);
	spin_unlock_irqrestore(&end->lock, flags);
	return HRTIMER_NORESTART;
}

static struct sk_buff *next_waiting(struct end *end)
{
	struct sk_buff *skb;
	unsigned long flags;

	spin_lock_irqsave(&end->lock, flags);
	skb = __skb_dequeue(&end->waiting);
	spin_unlock_irqrestore(&end->lock, flags);
	return skb;
}

static int poll(struct napi_struct *napi, int budget)
{
	struct end *end = container_of(napi, struct end, napi);
	struct sk_buff *skb;
	unsigned long flags;
	int done = 0;

	while (done < budget && (skb = next_waiting(end))) {
		dev_sw_netstats_rx_add(end->dev, skb->len + ETH_HLEN);
		napi_gro_receive(napi, skb);
		done++;
	}
	if (done < budget && napi_complete_done(napi, done)) {
		spin_lock_irqsave(&end->lock, flags);
		end->masked = false;
		moderate(end);
		spin_unlock_irqrestore(&end->lock, flags);
	}
	return done;
}

/* ---- the wire ---- */

static bool deliver(struct end *end, struct sk_buff *skb)
{
	unsigned int length = skb->len + ETH_HLEN;
	unsigned long flags;
	bool fits;

	spin_lock_irqsave(&end->lock, flags);
	fits = end->open && netif_carrier_ok(end->dev) && skb_queue_len(&end->waiting) < RING;
	if (fits) {
		__skb_queue_tail(&end->waiting, skb);
		end->count.packets++;
		end->count.bytes += length;
		moderate(end);
	} else {
		end->count.dropped++;
	}
	spin_unlock_irqrestore(&end->lock, flags);
	return fits;
}

static netdev_tx_t transmit(struct sk_buff *skb, struct net_device *dev)
{
	struct end *end = netdev_priv(dev);
	unsigned int length = skb->len;

	skb_tx_timestamp(skb);
	if (__dev_forward_skb(end->peer->dev, skb) != NET_RX_SUCCESS)
		return NETDEV_TX_OK; /* it has freed the frame */
	if (deliver(end->peer, skb))
		dev_sw_netstats_tx_add(dev, 1, length);
	else
		kfree_skb(skb);
	return NETDEV_TX_OK;
}

/* ---- the adaptive mode ---- */

static u32 adapted(const struct settings *set, u64 rate, u64 size)
{
	if (rate <= RATE_THRESHOLD || size <= SIZE_THRESHOLD || rate < set->rate_low)
		return set->usecs_low;
	if (rate > set->rate_high)
		return set->usecs_high;
	return set->usecs_low + div_u64((rate - set->rate_low) * (set->usecs_high - set->usecs_low),
					set->rate_high - set->rate_low);
}

static void sample(struct work_struct *work)
{
	struct end *end = container_of(to_delayed_work(work), struct end, sample);
	unsigned long flags, period;
	u64 packets, bytes;

	spin_lock_irqsave(&end->lock, flags);
	period = jiffies - end->sampled_at;
	if (period > 0 && period >= end->set.sample_interval * HZ) {
		packets = end->count.packets - end->sampled.packets;
		bytes = end->count.bytes - end->sampled.bytes;
		if (end->set.adaptive)
			end->usecs_now = adapted(&end->set, div_u64(packets * HZ, period),
						 packets ? div64_u64(bytes, packets) : 0);
		end->sampled = end->count;
		end->sampled_at = jiffies;
	}
	spin_unlock_irqrestore(&end->lock, flags);
	schedule_delayed_work(&end->sample, SAMPLE_DELAY);
}

/* ---- the netdev ---- */

/* A wire has a carrier when both its ends are open. */
static void update_carrier(struct end *end)
{
	struct end *both[] = { end, end->peer };
	int i;

	for (i = 0; i < 2; i++) {
		if (end->open && end->peer->open)
			netif_carrier_on(both[i]->dev);
		else
			netif_carrier_off(both[i]->dev);
	}
}

static int open(struct net_device *dev)
{
	struct end *end = netdev_priv(dev);

	napi_enable(&end->napi);
	spin_lock_irq(&end->lock);
	end->open = true;
	end->masked = false;
	end->sampled = end->count;
	end->sampled_at = jiffies;
	spin_unlock_irq(&end->lock);
	netif_start_queue(dev);
	schedule_delayed_work(&end->sample, SAMPLE_DELAY);
	update_carrier(end);
	return 0;
}

static int stop(struct net_device *dev)
{
	struct end *end = netdev_priv(dev);

	cancel_delayed_work_sync(&end->sample);
	cancel_delayed_work_sync(&end->carrier_back);
	netif_stop_queue(dev);
	spin_lock_irq(&end->lock);
	end->open = false;
	__skb_queue_purge(&end->waiting);
	spin_unlock_irq(&end->lock);
	hrtimer_cancel(&end->timer);
	napi_disable(&end->napi);
	update_carrier(end);
	return 0;
}

static const struct net_device_ops netdev_ops = {
	.ndo_open = open,
	.ndo_stop = stop,
	.ndo_start_xmit = transmit,
	.ndo_set_mac_address = eth_mac_addr,
	.ndo_validate_addr = eth_validate_addr,
};

/* ---- ethtool ---- */

static void drvinfo(struct net_device *dev, struct ethtool_drvinfo *info)
{
	strscpy(info->driver, KBUILD_MODNAME, sizeof(info->driver));
	strscpy(info->version, version, sizeof(info->version));
}

static int link_ksettings(struct net_device *dev, struct ethtool_link_ksettings *link)
{
	link->base.speed = SPEED_10000;
	link->base.duplex = DUPLEX_FULL;
	link->base.port = PORT_OTHER;
	return 0;
}

static int get_coalesce(struct net_device *dev, struct ethtool_coalesce *c,
			struct kernel_ethtool_coalesce *kernel, struct netlink_ext_ack *extack)
{
	const struct settings *set = &((struct end *)netdev_priv(dev))->set;

	c->rx_coalesce_usecs = set->usecs;
	c->rx_max_coalesced_frames = set->frames;
	c->use_adaptive_rx_coalesce = set->adaptive;
	c->rx_coalesce_usecs_low = set->usecs_low;
	c->rx_coalesce_usecs_high = set->usecs_high;
	c->pkt_rate_low = set->rate_low;
	c->pkt_rate_high = set->rate_high;
	c->rate_sample_interval = set->sample_interval;
	return 0;
}

static int out_of_range(const struct settings *set, struct netlink_ext_ack *extack)
{
	if (set->usecs > MAX_USECS || set->usecs_low > MAX_USECS || set->usecs_high > MAX_USECS) {
		NL_SET_ERR_MSG_FMT_MOD(extack, "times are at most %d us", MAX_USECS);
		return -ERANGE;
	}
	if (set->frames > MAX_FRAMES) {
		NL_SET_ERR_MSG_FMT_MOD(extack, "rx-frames is at most %d", MAX_FRAMES);
		return -ERANGE;
	}
	return 0;
}

static int contradictory(const struct settings *set, struct netlink_ext_ack *extack)
{
	const char *why = NULL;

	if (!set->usecs && !set->frames)
		why = "rx-usecs and rx-frames are both 0";
	else if (set->usecs_low > set->usecs_high)
		why = "rx-usecs-low is above rx-usecs-high";
	else if (set->rate_low >= set->rate_high)
		why = "pkt-rate-low is not below pkt-rate-high";
	if (!why)
		return 0;
	NL_SET_ERR_MSG_FMT_MOD(extack, "%s", why);
	return -EINVAL;
}

static int ill_mannered(const struct end *end, const struct settings *set,
			struct netlink_ext_ack *extack)
{
	if (refuse_default && set->frames == rx_frames) {
		NL_SET_ERR_MSG_MOD(extack, "rx-frames is not supported at this value");
		return -EINVAL;
	}
	if (refuse_while_adaptive && set->adaptive && set->usecs != end->set.usecs) {
		NL_SET_ERR_MSG_MOD(extack, "rx-usecs cannot be changed while adaptive-rx is on");
		return -EINVAL;
	}
	return 0;
}

static void carrier_back(struct work_struct *work)
{
	struct end *end = container_of(to_delayed_work(work), struct end, carrier_back);

	if (end->peer->open)
		netif_carrier_on(end->dev);
}

/* What waited under the old settings must not wait for ever. */
static void take(struct end *end, const struct settings *set)
{
	local_bh_disable();
	spin_lock_irq(&end->lock);
	end->set = *set;
	end->usecs_now = set->usecs;
	if (end->open && !end->masked && !skb_queue_empty(&end->waiting)) {
		hrtimer_try_to_cancel(&end->timer);
		interrupt(end, &end->count.by_time);
	}
	spin_unlock_irq(&end->lock);
	local_bh_enable();
	if (flap_ms && end->open) {
		netif_carrier_off(end->dev);
		schedule_delayed_work(&end->carrier_back, msecs_to_jiffies(flap_ms));
	}
}

static int set_coalesce(struct net_device *dev, struct ethtool_coalesce *c,
			struct kernel_ethtool_coalesce *kernel, struct netlink_ext_ack *extack)
{
	struct end *end = netdev_priv(dev);
	struct settings set = {
		.usecs = c->rx_coalesce_usecs,
		.frames = c->rx_max_coalesced_frames,
		.adaptive = c->use_adaptive_rx_coalesce,
		.usecs_low = c->rx_coalesce_usecs_low,
		.usecs_high = c->rx_coalesce_usecs_high,
		.rate_low = c->pkt_rate_low,
		.rate_high = c->pkt_rate_high,
		.sample_interval = c->rate_sample_interval,
	};
	int error = out_of_range(&set, extack) ?: contradictory(&set, extack) ?:
		    ill_mannered(end, &set, extack);

	if (error)
		return error;
	if (round_to > 1)
		set.usecs -= set.usecs % round_to;
	take(end, &set);
	return 0;
}

static const char counter_names[][ETH_GSTRING_LEN] = {
	"rx_interrupts", "rx_interrupts_by_frames", "rx_interrupts_by_time",
	"rx_packets",	 "rx_bytes",		    "rx_dropped",
	"rx_usecs_now",
};

static int counter_count(struct net_device *dev, int set)
{
	return set == ETH_SS_STATS ? ARRAY_SIZE(counter_names) : -EOPNOTSUPP;
}

static void counter_strings(struct net_device *dev, u32 set, u8 *data)
{
	if (set == ETH_SS_STATS)
		memcpy(data, counter_names, sizeof(counter_names));
}

static void counter_values(struct net_device *dev, struct ethtool_stats *stats, u64 *data)
{
	struct end *end = netdev_priv(dev);

	spin_lock_irq(&end->lock);
	memcpy(data, &end->count, sizeof(end->count));
	data[sizeof(end->count) / sizeof(u64)] = end->usecs_now;
	spin_unlock_irq(&end->lock);
}

static const struct ethtool_ops ethtool_ops = {
	.supported_coalesce_params = ETHTOOL_COALESCE_RX_USECS | ETHTOOL_COALESCE_RX_MAX_FRAMES |
				     ETHTOOL_COALESCE_PKT_RATE_RX_USECS,
	.get_drvinfo = drvinfo,
	.get_link = ethtool_op_get_link,
	.get_link_ksettings = link_ksettings,
	.get_coalesce = get_coalesce,
	.set_coalesce = set_coalesce,
	.get_sset_count = counter_count,
	.get_strings = counter_strings,
	.get_ethtool_stats = counter_values,
};

/* ---- coming and going ---- */

static void set_up(struct net_device *dev)
{
	ether_setup(dev);
	dev->netdev_ops = &netdev_ops;
	dev->ethtool_ops = &ethtool_ops;
	/* No TSO: what counts are frames, as they would be on a wire. */
	dev->features |= NETIF_F_SG | NETIF_F_HW_CSUM | NETIF_F_HIGHDMA;
	dev->hw_features |= dev->features;
	dev->pcpu_stat_type = NETDEV_PCPU_STAT_TSTATS;
	dev->max_mtu = 9000;
}

static void set_up_end(struct end *end, struct net_device *dev)
{
	end->dev = dev;
	spin_lock_init(&end->lock);
	__skb_queue_head_init(&end->waiting);
	INIT_DELAYED_WORK(&end->sample, sample);
	INIT_DELAYED_WORK(&end->carrier_back, carrier_back);
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
	hrtimer_setup(&end->timer, time_is_up, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
#else
	hrtimer_init(&end->timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	end->timer.function = time_is_up;
#endif
	/* The rest as mlx4 has it. */
	end->set = (struct settings){ .usecs = rx_usecs,
				      .frames = rx_frames,
				      .adaptive = adaptive_rx,
				      .usecs_high = 128,
				      .rate_low = 400000,
				      .rate_high = 450000 };
	end->usecs_now = rx_usecs;
	netif_napi_add(dev, &end->napi, poll);
}

static struct end *make_end(int number)
{
	u8 address[ETH_ALEN] = { 0x02, 0x6d, 0x6e, 0, 0, number };
	struct net_device *dev;

	dev = alloc_netdev(sizeof(struct end), "modnic%d", NET_NAME_ENUM, set_up);
	if (!dev)
		return NULL;
	eth_hw_addr_set(dev, address);
	set_up_end(netdev_priv(dev), dev);
	netif_carrier_off(dev);
	return netdev_priv(dev);
}

/* All are unregistered before any is freed: until then they may send to each other. */
static void remove_all(void)
{
	LIST_HEAD(registered);
	int i;

	rtnl_lock();
	for (i = 0; i < ARRAY_SIZE(ends); i++)
		if (ends[i] && ends[i]->dev->reg_state == NETREG_REGISTERED)
			unregister_netdevice_queue(ends[i]->dev, &registered);
	unregister_netdevice_many(&registered);
	rtnl_unlock();
	for (i = 0; i < ARRAY_SIZE(ends); i++)
		if (ends[i])
			free_netdev(ends[i]->dev);
}

static int __init modnic_init(void)
{
	int i, error = 0;

	if (pairs < 1 || pairs > MAX_PAIRS || !rx_frames)
		return -EINVAL;
	for (i = 0; i < 2 * pairs && !error; i++) {
		ends[i] = make_end(i);
		if (!ends[i])
			error = -ENOMEM;
	}
	for (i = 0; i < 2 * pairs && !error; i++) {
		ends[i]->peer = ends[i ^ 1];
		error = register_netdev(ends[i]->dev);
	}
	if (error)
		remove_all();
	return error;
}

static void __exit modnic_exit(void)
{
	remove_all();
}

module_init(modnic_init);
module_exit(modnic_exit);
MODULE_DESCRIPTION("Pairs of netdevs with interrupt moderation, for tests");
MODULE_LICENSE("GPL");
