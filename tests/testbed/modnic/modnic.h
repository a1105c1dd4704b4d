/* SPDX-License-Identifier: GPL-2.0 */
/*
 * modnic: pairs of netdevs that are each other's wire, with interrupt moderation that costs what it
 * costs on a NIC. The files, along the way of a frame:
 *   netdev.c     sending, the wire, receiving, carrier
 *   moderator.c  what waits for an interrupt, and when that comes; one for each direction
 *   adaptive.c   two modes that move the receive time by themselves: the rule of mlx4, and DIM
 *   coalesce.c   what ethtool -c and -C show and take; the vendor's defaults
 *   manners.c    what real drivers do to settings, as module parameters
 *   ethtool.c    version, counters
 *   main.c       coming and going
 */
#ifndef MODNIC_H
#define MODNIC_H

#include <linux/dim.h>
#include <linux/ethtool.h>
#include <linux/hrtimer.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/workqueue.h>

struct counts {
	u64 interrupts, by_frames, by_time, packets, bytes;
};

/* Frames that came, or sent ones that are not freed yet, until an interrupt tells of them. */
struct moderator {
	struct napi_struct napi;
	struct hrtimer timer;
	spinlock_t lock; /* what follows; also taken in hard interrupts */
	struct sk_buff_head waiting;
	u32 usecs, frames; /* in force */
	ktime_t due;	   /* while armed: when the timer's interrupt comes */
	bool open;
	bool masked; /* NAPI is at work, no interrupt until it is done */
	bool armed;  /* the timer runs, and its interrupt is still wanted */
	struct counts count;
};

struct settings {
	u32 rx_usecs, rx_frames, tx_usecs, tx_frames;
	bool adaptive;
	u32 usecs_low, usecs_high, rate_low, rate_high, sample_interval;
};

struct end {
	struct net_device *dev;
	struct end *peer;
	struct moderator rx, tx;
	struct mutex lock; /* what is set, and that it is in force */
	struct settings set;
	/* The rule of mlx4. */
	struct delayed_work sample;
	unsigned long sampled_at;
	struct counts sampled;
	/* DIM. */
	struct dim dim;
	/* A link that flaps. */
	bool flapping;
	struct delayed_work carrier_back;
};

/* moderator.c */
void moderator_init(struct moderator *mod);
void moderator_open(struct moderator *mod);
void moderator_close(struct moderator *mod);
bool moderator_add(struct moderator *mod, struct sk_buff *skb, unsigned int bytes, u32 ring);
struct sk_buff *moderator_take(struct moderator *mod);
void moderator_done(struct moderator *mod);
void moderator_set(struct moderator *mod, u32 usecs, u32 frames);
struct counts moderator_counts(struct moderator *mod);

/* adaptive.c */
void adaptive_init(struct end *end);
void adaptive_open(struct end *end);
void adaptive_close(struct end *end);
void adaptive_look(struct end *end);

/* coalesce.c */
extern bool use_dim;
extern struct settings vendor;
int coalesce_get(struct net_device *dev, struct ethtool_coalesce *c,
		 struct kernel_ethtool_coalesce *kernel, struct netlink_ext_ack *extack);
int coalesce_set(struct net_device *dev, struct ethtool_coalesce *c,
		 struct kernel_ethtool_coalesce *kernel, struct netlink_ext_ack *extack);
void coalesce_init(struct end *end);

/* manners.c */
int manners_refuse(const struct settings *old, const struct settings *new,
		   struct netlink_ext_ack *extack);
void manners_digest(const struct end *end, struct settings *new);
u32 manners_effect(u32 usecs);
bool manners_show_rung(const struct settings *set);
unsigned long manners_flap(void);

/* netdev.c */
void netdev_set_up(struct net_device *dev);
void netdev_init(struct end *end, struct net_device *dev);
void netdev_flap(struct end *end);

/* ethtool.c */
const struct ethtool_ops *ethtool_init(void);

#endif
