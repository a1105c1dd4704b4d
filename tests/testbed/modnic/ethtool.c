// SPDX-License-Identifier: GPL-2.0
/* What ethtool shows besides the settings. */
#include <linux/module.h>

#include "modnic.h"

static char *version = "1.0";
module_param(version, charp, 0444);
MODULE_PARM_DESC(version, "driver version to show");

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

/* Twice struct counts, and what is in force. */
static const char counter_names[][ETH_GSTRING_LEN] = {
	"rx_interrupts", "rx_interrupts_by_frames", "rx_interrupts_by_time",
	"rx_packets",	 "rx_bytes",
	"tx_interrupts", "tx_interrupts_by_frames", "tx_interrupts_by_time",
	"tx_packets",	 "tx_bytes",
	"rx_usecs_now",	 "rx_frames_now",
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
	struct {
		struct counts rx, tx;
		u64 rx_usecs, rx_frames;
	} all = { moderator_counts(&end->rx), moderator_counts(&end->tx),
		  READ_ONCE(end->rx.usecs), READ_ONCE(end->rx.frames) };

	BUILD_BUG_ON(sizeof(all) != ARRAY_SIZE(counter_names) * sizeof(u64));
	memcpy(data, &all, sizeof(all));
}

static struct ethtool_ops ops __ro_after_init = {
	.supported_coalesce_params = ETHTOOL_COALESCE_USECS | ETHTOOL_COALESCE_MAX_FRAMES |
				     ETHTOOL_COALESCE_USE_ADAPTIVE_RX,
	.get_drvinfo = drvinfo,
	.get_link = ethtool_op_get_link,
	.get_link_ksettings = link_ksettings,
	.get_ts_info = ethtool_op_get_ts_info,
	.get_coalesce = coalesce_get,
	.set_coalesce = coalesce_set,
	.get_sset_count = counter_count,
	.get_strings = counter_strings,
	.get_ethtool_stats = counter_values,
};

/* DIM has a ladder of its own, so there is nothing for low and high to say. */
const struct ethtool_ops *__init ethtool_init(void)
{
	if (!use_dim)
		ops.supported_coalesce_params |= ETHTOOL_COALESCE_PKT_RATE_RX_USECS;
	return &ops;
}
