// SPDX-License-Identifier: GPL-2.0
/*
 * Sending: a copy goes over the wire, as if by DMA. The frame itself stays charged to its socket,
 * and to the byte queue limit, until the transmit interrupt tells that it is done.
 */
#include <linux/etherdevice.h>
#include <net/netdev_queues.h>

#include "modnic.h"

#define RX_RING 4096
#define TX_RING 2048 /* more than tx-frames can be: or the queue stops, and no interrupt comes */
#define TX_WAKE (TX_RING / 2)
#define TX_WORK 256

static unsigned int tx_room(struct end *end)
{
	return TX_RING - skb_queue_len_lockless(&end->tx.waiting);
}

static int rx_poll(struct napi_struct *napi, int budget)
{
	struct end *end = container_of(napi, struct end, rx.napi);
	struct sk_buff *skb;
	int done = 0;

	while (done < budget && (skb = moderator_take(&end->rx))) {
		dev_sw_netstats_rx_add(end->dev, skb->len + ETH_HLEN);
		napi_gro_receive(napi, skb);
		done++;
	}
	if (done == budget)
		return done;
	adaptive_look(end);
	if (napi_complete_done(napi, done))
		moderator_done(&end->rx);
	return done;
}

static int tx_poll(struct napi_struct *napi, int budget)
{
	struct end *end = container_of(napi, struct end, tx.napi);
	unsigned int packets = 0, bytes = 0;
	struct sk_buff *skb;

	while (packets < TX_WORK && (skb = moderator_take(&end->tx))) {
		packets++;
		bytes += skb->len;
		napi_consume_skb(skb, budget);
	}
	netif_txq_completed_wake(netdev_get_tx_queue(end->dev, 0), packets, bytes, tx_room(end),
				 TX_WAKE);
	if (packets == TX_WORK || !budget)
		return budget;
	if (napi_complete_done(napi, 0))
		moderator_done(&end->tx);
	return 0;
}

/* Drops what does not fit the MTU of the other end, or finds it closed or full. */
static void over_the_wire(struct end *to, struct sk_buff *skb)
{
	if (!netif_carrier_ok(to->dev)) {
		kfree_skb(skb);
		return;
	}
	skb->mark = 0;
	skb_clear_tstamp(skb);
	if (__dev_forward_skb(to->dev, skb) != NET_RX_SUCCESS)
		return; /* counted and freed */
	if (!moderator_add(&to->rx, skb, skb->len + ETH_HLEN, RX_RING)) {
		dev_core_stats_rx_dropped_inc(to->dev);
		kfree_skb(skb);
	}
}

static netdev_tx_t transmit(struct sk_buff *skb, struct net_device *dev)
{
	struct netdev_queue *queue = netdev_get_tx_queue(dev, 0);
	struct end *end = netdev_priv(dev);
	struct sk_buff *copy = skb_copy(skb, GFP_ATOMIC);
	unsigned int bytes = skb->len;

	if (copy)
		dev_sw_netstats_tx_add(dev, 1, bytes);
	else
		dev_core_stats_tx_dropped_inc(dev);
	skb_tx_timestamp(skb);
	netdev_tx_sent_queue(queue, bytes);
	if (!moderator_add(&end->tx, skb, bytes, TX_RING))
		dev_kfree_skb_any(skb); /* closed this very moment; open() resets the byte count */
	netif_txq_maybe_stop(queue, tx_room(end), 1, TX_WAKE);
	if (copy)
		over_the_wire(end->peer, copy);
	return NETDEV_TX_OK;
}

/* A wire has a carrier when both its ends are up and none flaps. */
static DEFINE_SPINLOCK(carrier_lock);

static void update_carrier(struct end *end)
{
	struct end *peer = end->peer;

	spin_lock_bh(&carrier_lock);
	if (netif_running(end->dev) && netif_running(peer->dev) && !end->flapping &&
	    !peer->flapping) {
		netif_carrier_on(end->dev);
		netif_carrier_on(peer->dev);
	} else {
		netif_carrier_off(end->dev);
		netif_carrier_off(peer->dev);
	}
	spin_unlock_bh(&carrier_lock);
}

static void carrier_back(struct work_struct *work)
{
	struct end *end = container_of(to_delayed_work(work), struct end, carrier_back);

	WRITE_ONCE(end->flapping, false);
	update_carrier(end);
}

void netdev_flap(struct end *end)
{
	unsigned long time = manners_flap();

	if (!time || !netif_running(end->dev))
		return;
	WRITE_ONCE(end->flapping, true);
	update_carrier(end);
	mod_delayed_work(system_wq, &end->carrier_back, time);
}

static int open(struct net_device *dev)
{
	struct end *end = netdev_priv(dev);

	netdev_reset_queue(dev);
	adaptive_open(end);
	moderator_open(&end->rx);
	moderator_open(&end->tx);
	netif_start_queue(dev);
	update_carrier(end);
	return 0;
}

static int stop(struct net_device *dev)
{
	struct end *end = netdev_priv(dev);

	netif_stop_queue(dev);
	cancel_delayed_work_sync(&end->carrier_back);
	end->flapping = false;
	update_carrier(end);
	moderator_close(&end->tx);
	moderator_close(&end->rx);
	adaptive_close(end);
	return 0;
}

static const struct net_device_ops netdev_ops = {
	.ndo_open = open,
	.ndo_stop = stop,
	.ndo_start_xmit = transmit,
	.ndo_set_mac_address = eth_mac_addr,
	.ndo_validate_addr = eth_validate_addr,
};

void netdev_init(struct end *end, struct net_device *dev)
{
	end->dev = dev;
	moderator_init(&end->rx);
	moderator_init(&end->tx);
	netif_napi_add(dev, &end->rx.napi, rx_poll);
	netif_napi_add_tx(dev, &end->tx.napi, tx_poll);
	INIT_DELAYED_WORK(&end->carrier_back, carrier_back);
	adaptive_init(end);
	coalesce_init(end);
}

void netdev_set_up(struct net_device *dev)
{
	ether_setup(dev);
	dev->netdev_ops = &netdev_ops;
	/* No TSO: what counts are frames, as they would be on a wire. */
	dev->features |= NETIF_F_SG | NETIF_F_HW_CSUM | NETIF_F_HIGHDMA;
	dev->hw_features |= dev->features;
	dev->pcpu_stat_type = NETDEV_PCPU_STAT_TSTATS;
	dev->max_mtu = 9000;
}
