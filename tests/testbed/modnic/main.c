// SPDX-License-Identifier: GPL-2.0
/* Coming and going. */
#include <linux/etherdevice.h>
#include <linux/module.h>
#include <linux/rtnetlink.h>

#include "modnic.h"

#define MAX_PAIRS 16

static uint pairs = 1;
module_param(pairs, uint, 0444);
MODULE_PARM_DESC(pairs, "pairs of netdevs: 0 and 1, 2 and 3, ... (at most 16)");

static struct end *ends[2 * MAX_PAIRS];

static struct end *make_end(int number, const struct ethtool_ops *ops)
{
	u8 address[ETH_ALEN] = { 0x02, 0x6d, 0x6e, 0, 0, number };
	struct net_device *dev;

	dev = alloc_netdev(sizeof(struct end), "modnic%d", NET_NAME_ENUM, netdev_set_up);
	if (!dev)
		return NULL;
	dev->ethtool_ops = ops;
	eth_hw_addr_set(dev, address);
	netdev_init(netdev_priv(dev), dev);
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
	const struct ethtool_ops *ops = ethtool_init();
	int i, error = 0;

	if (pairs < 1 || pairs > MAX_PAIRS || !vendor.rx_frames || !vendor.tx_frames)
		return -EINVAL;
	for (i = 0; i < 2 * pairs && !error; i++) {
		ends[i] = make_end(i, ops);
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
